// Shows the name of the candidate nearest to the pointer; without this script, each dot has a title.
"use strict";

const REACH = 28; // CSS pixels

function nearest(drawing, { clientX, clientY }) {
  let [found, best] = [null, REACH];
  for (const dot of drawing.querySelectorAll("circle:not(.pick)")) {
    const box = dot.getBoundingClientRect();
    const off = Math.hypot(box.x + box.width / 2 - clientX, box.y + box.height / 2 - clientY);
    if (off < best) [found, best] = [dot, off];
  }
  return found;
}

function point(event) {
  const drawing = event.target.closest?.(".candidates svg");
  for (const dot of document.querySelectorAll(".candidates circle.near")) dot.classList.remove("near");
  for (const name of document.querySelectorAll(".candidates text.near")) name.textContent = "";
  const dot = drawing && nearest(drawing, event);
  if (!dot) return;
  dot.classList.add("near");
  const [name, x, y] = [drawing.querySelector("text.near"), dot.cx.baseVal.value, dot.cy.baseVal.value];
  const { x: left, width } = drawing.viewBox.baseVal;
  const right = x > left + width * 0.6;
  name.setAttribute("x", right ? x - 11 : x + 11);
  name.setAttribute("y", y + 5);
  name.setAttribute("text-anchor", right ? "end" : "start");
  name.textContent = dot.textContent.split(": coherence rank")[0];
}

// The studio replaces the drawing, so the listener is on the document.
for (const kind of ["pointermove", "pointerdown"]) document.addEventListener(kind, point, { passive: true });
