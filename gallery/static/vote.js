// Votes in place: the answer and the next pair replace the last one without a new page. By keyboard
// left and right choose a side, down is a tie.
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

async function send(form, choice) {
  const body = new URLSearchParams(new FormData(form));
  body.set("choice", choice);
  const answer = await fetch(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [told, refused] = [page.querySelector(".told"), page.querySelector(".notice")];
  // The element that tells stays, so that screen readers hear what it says.
  document.querySelector(".told").replaceChildren(...(told ?? refused).childNodes);
  if (!told) return;
  const next = page.querySelector(".pair");
  const focused = form.contains(document.activeElement) && document.activeElement.value;
  form.replaceWith(next);
  if (focused) next.querySelector(`button[value=${focused}]`)?.focus({ preventScroll: true });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.pair");
  if (!form) return;
  event.preventDefault();
  // One answer per pair: a second one would be refused.
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  event.submitter?.classList.add("chosen");
  send(form, event.submitter.value).catch(() => {
    delete form.dataset.sent;
    event.submitter?.classList.remove("chosen");
    document.querySelector(".told").textContent = "The vote could not be sent. Try again.";
  });
});
