// Hearts: marks the works that are favourites, adds and removes them in place. Without this script
// a heart sends the form and the list of favourites opens.
"use strict";

const favour = document.querySelector("#favour");
let kept = new Set();

function mark(heart) {
  const is = kept.has(heart.value);
  heart.setAttribute("aria-pressed", is);
  heart.title = is ? "Remove from favourites" : "Add to favourites";
}

function markAll(root = document) {
  for (const heart of root.querySelectorAll("button.heart")) mark(heart);
  const some = document.querySelector(".tools .favourites");
  some?.classList.toggle("some", kept.size > 0);
}

async function change(heart) {
  const deed = kept.has(heart.value) ? "remove" : "add";
  const body = new URLSearchParams({ work: heart.value, deed });
  const answer = await fetch(favour.action, { method: "POST", body, redirect: "manual" });
  if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(answer.status);
  if (deed === "add") kept.add(heart.value);
  else kept.delete(heart.value);
  markAll();
}

document.addEventListener("click", (event) => {
  const heart = event.target.closest("button.heart");
  if (!heart) return;
  event.preventDefault();
  change(heart).catch(() => {
    // The server says why in a page.
    heart.name = "work";
    favour.requestSubmit(heart);
  });
});

if (favour) {
  fetch(favour.dataset.ids)
    .then((answer) => (answer.ok ? answer.json() : []))
    .then((ids) => {
      kept = new Set(ids);
      markAll();
    })
    .catch(() => {});
  // Works that a script appends later.
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node.querySelectorAll) markAll(node);
    }
  }).observe(document.querySelector("main"), { childList: true, subtree: true });
}
