// Enlarges a work's picture to the full screen. Without this script the link opens the file.
"use strict";

const exhibit = document.querySelector(".exhibit");
const NEAREST = 4; // CSS pixels that one pixel of the picture may fill

class Zoom {
  constructor(exhibit) {
    this.shown = exhibit.querySelector("img:not(.haze)");
    this.wide = Number(this.shown.getAttribute("width"));
    this.high = Number(this.shown.getAttribute("height"));
    this.dialog = document.createElement("dialog");
    this.dialog.className = "zoom";
    this.dialog.setAttribute("aria-label", exhibit.dataset.title);
    this.dialog.innerHTML = `
      <div class="stage" tabindex="0" role="application"
        aria-label="The picture: the arrow keys move it, plus and minus zoom, Escape closes."><img alt=""></div>
      <div class="grips">
        <button type="button" class="plain" data-act="nearer" aria-label="Nearer">+</button>
        <button type="button" class="plain" data-act="farther" aria-label="Farther">−</button>
        <button type="button" class="plain" data-act="whole" aria-label="The whole picture">All</button>
        <button type="button" class="plain" data-act="close">Close</button>
      </div>`;
    this.stage = this.dialog.querySelector(".stage");
    this.picture = this.dialog.querySelector("img");
    this.picture.width = this.wide;
    this.picture.height = this.high;
    this.acts = {
      pan: (dx, dy, eased) => this.put({ ...this.at, x: this.at.x + dx, y: this.at.y + dy }, eased),
      zoom: (factor, at, eased) => this.zoom(factor, at, eased),
      whole: () => this.put({ x: 0, y: 0, scale: 0 }, true),
      close: () => this.dialog.close(),
    };
    gestures(this.stage, this.acts);
    grips(this.dialog.querySelectorAll("[data-act]:not([data-act=close])"), this.acts);
    this.dialog.querySelector("[data-act=close]").addEventListener("click", this.acts.close);
    this.stage.addEventListener("dblclick", (event) => this.toggle(event));
    new ResizeObserver(() => this.dialog.open && this.put(this.at ?? { x: 0, y: 0, scale: 0 })).observe(this.stage);
    document.body.append(this.dialog);
  }

  open(original) {
    if (!this.picture.src) {
      // The copy on the page is loaded already; the original replaces it.
      this.picture.src = this.shown.currentSrc || original;
      const whole = new Image();
      whole.src = original;
      whole.decode().then(() => (this.picture.src = original), () => {});
    }
    this.dialog.showModal();
    this.put({ x: 0, y: 0, scale: 0 });
    this.stage.focus();
  }

  get fit() {
    return Math.min(this.stage.clientWidth / this.wide, this.stage.clientHeight / this.high);
  }

  // `x` and `y`: offset of the picture's middle from the stage's, in CSS pixels.
  put({ x, y, scale }, eased = false) {
    const wanted = clamp(scale, this.fit, Math.max(NEAREST, this.fit));
    const room = (size, stage) => Math.max((size * wanted - stage) / 2, 0);
    const [right, down] = [room(this.wide, this.stage.clientWidth), room(this.high, this.stage.clientHeight)];
    this.at = {
      x: clamp(x, -right, right),
      y: clamp(y, -down, down),
      scale: wanted,
    };
    this.picture.classList.toggle("eased", eased);
    this.picture.style.transform = `translate(-50%, -50%) translate(${this.at.x}px, ${this.at.y}px) scale(${wanted})`;
  }

  zoom(factor, at, eased) {
    const { x, y, scale } = this.at;
    const next = clamp(scale * factor, this.fit, Math.max(NEAREST, this.fit));
    const [left, top] = at ? [at.x - this.stage.clientWidth / 2, at.y - this.stage.clientHeight / 2] : [0, 0];
    const share = next / scale;
    this.put({ x: left - (left - x) * share, y: top - (top - y) * share, scale: next }, eased);
  }

  toggle(event) {
    const box = this.stage.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    if (this.at.scale > this.fit * 1.01) this.acts.whole();
    else this.zoom(Math.max(2.5, 1 / this.fit), at, true);
  }
}

if (exhibit && HTMLDialogElement.prototype.showModal) {
  let zoom;
  exhibit.classList.add("zooms");
  exhibit.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    zoom ??= new Zoom(exhibit);
    zoom.open(exhibit.href);
  });
}
