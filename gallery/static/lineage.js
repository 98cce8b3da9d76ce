// Scrolls the chart to its newest end.
"use strict";

const river = document.querySelector(".river");
if (river) river.scrollLeft = river.scrollWidth;
