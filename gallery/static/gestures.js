// Pointer, wheel and keyboard input over a picture or a map, as calls of `acts`: pan, zoom, choose.
"use strict";

const STEP = 1.6; // zoom factor of one key press or button
const JITTER = 5; // CSS pixels: a press that moves less is a click

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

// `acts`: pan(dx, dy, eased), zoom(factor, at, eased), whole(), and optionally choose(at),
// hover(at or null) and enter(). Positions are in CSS pixels from the element's upper left corner.
function gestures(element, acts) {
  const held = new Map();
  let way = 0;

  const place = (event) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    element.setPointerCapture(event.pointerId);
    held.set(event.pointerId, place(event));
    way = held.size > 1 ? Infinity : 0;
  });

  element.addEventListener("pointermove", (event) => {
    const [at, before] = [place(event), held.get(event.pointerId)];
    if (!before) {
      acts.hover?.(at);
      return;
    }
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    held.set(event.pointerId, at);
    way += apart(at, before);
    if (way < JITTER) return;
    acts.pan((at.x - before.x) / held.size, (at.y - before.y) / held.size, false);
    if (!other) return;
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    acts.zoom(apart(at, other) / Math.max(apart(before, other), 1), middle, false);
  });

  for (const end of ["pointerup", "pointercancel"]) {
    element.addEventListener(end, (event) => {
      const known = held.delete(event.pointerId);
      if (known && end === "pointerup" && way < JITTER) acts.choose?.(place(event));
    });
  }
  element.addEventListener("pointerleave", () => acts.hover?.(null));

  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode ? 16 : 1);
      acts.zoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0016)), place(event), false);
    },
    { passive: false },
  );

  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const part = 0.18 * Math.min(element.clientWidth, element.clientHeight);
    const keys = {
      ArrowLeft: () => acts.pan(part, 0, true),
      ArrowRight: () => acts.pan(-part, 0, true),
      ArrowUp: () => acts.pan(0, part, true),
      ArrowDown: () => acts.pan(0, -part, true),
      "+": () => acts.zoom(STEP, null, true),
      "=": () => acts.zoom(STEP, null, true),
      "-": () => acts.zoom(1 / STEP, null, true),
      0: acts.whole,
      Home: acts.whole,
      Enter: acts.enter,
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}

// Zoom buttons: `data-act` is nearer, farther or whole.
function grips(buttons, acts) {
  const deeds = {
    nearer: () => acts.zoom(STEP, null, true),
    farther: () => acts.zoom(1 / STEP, null, true),
    whole: acts.whole,
  };
  for (const button of buttons) {
    button.addEventListener("click", () => (deeds[button.dataset.act] ?? acts[button.dataset.act])());
  }
}
