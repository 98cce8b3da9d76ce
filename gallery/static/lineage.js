// A river is looked at from its newest end.
"use strict";

const river = document.querySelector(".river");
if (river) river.scrollLeft = river.scrollWidth;
