// Votes by keyboard: the arrows choose a side, down means that one can't say.
"use strict";

const sides = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "tie" };

document.addEventListener("keydown", (event) => {
  const side = sides[event.key];
  if (!side || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`.pair button[value=${side}]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// One answer a page: a second touch while the next pair comes would be answered with an error.
document.querySelector(".pair")?.addEventListener("submit", (event) => {
  const form = event.currentTarget;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
