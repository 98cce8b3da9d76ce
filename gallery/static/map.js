// The map: points from afar, pictures from near by. Drag, pinch, turn the wheel or use keys.
"use strict";

const figure = document.querySelector(".map");
const SMALLEST = 3; // CSS pixels that a work measures at least
const LARGEST = 150; // and at most: from there on works move apart
const PICTURED = 20; // from this size on pictures are shown
const AT_ONCE = 6; // pictures fetched at a time
const KEPT = 700; // pictures that stay in memory
const EASE = 70; // milliseconds in which a movement by key comes two thirds of its way
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const DARK = matchMedia("(prefers-color-scheme: dark)");

class Chart {
  constructor(figure, works) {
    this.canvas = figure.querySelector("canvas");
    this.caption = figure.querySelector("output");
    this.pen = this.canvas.getContext("2d", { alpha: false });
    this.works = works;
    this.pictures = new Map();
    this.fetching = 0;
    this.named = null;
    this.cell = 1.25 / Math.sqrt(works.length);
    // Thousands of works are gone through for every frame: plain numbers, no objects.
    this.xs = Float64Array.from(works, (work) => work.x);
    this.ys = Float64Array.from(works, (work) => work.y);
    this.shapes = Float64Array.from(works, ({ width, height }) =>
      Math.sqrt(clamp(width / height, 0.4, 2.5)),
    );
    const across = [0, 1].map((axis) => works.map((work) => (axis ? work.y : work.x)));
    const [low, high] = [Math.min, Math.max].map((end) => across.map((all) => end(...all)));
    this.bounds = { left: low[0], right: high[0], top: low[1], bottom: high[1] };
    this.readColours();
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    DARK.addEventListener("change", () => this.readColours());
    this.listen(figure);
  }

  readColours() {
    const style = getComputedStyle(this.canvas);
    const [wall, dot, seal] = ["wall", "dot", "seal"].map((name) => style.getPropertyValue(`--${name}`));
    this.colours = { wall, dot, seal };
    this.draw();
  }

  resize() {
    const whole = !this.view || this.target.scale === this.fit;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.density = Math.min(devicePixelRatio, 2);
    this.canvas.width = Math.round(this.width * this.density);
    this.canvas.height = Math.round(this.height * this.density);
    this.spread();
    this.fit = 0.96 * Math.min(this.width / this.extent.x, this.height / this.extent.y);
    this.nearest = this.fit * Math.max(12, 2.5 * Math.sqrt(this.works.length));
    if (whole) this.move({ ...this.middle, scale: this.fit }, true);
    this.paint();
  }

  // Works lie farther apart along the canvas's longer side, where there is room for it.
  spread() {
    const { left, right, top, bottom } = this.bounds;
    const [across, down] = [Math.max(right - left, 0.01), Math.max(bottom - top, 0.01)];
    this.stretch = clamp((this.width * down) / (this.height * across), 0.6, 1.8);
    this.middle = { x: ((left + right) / 2) * this.stretch, y: (top + bottom) / 2 };
    this.extent = { x: across * this.stretch + this.cell * 1.5, y: down + this.cell * 1.5 };
  }

  // A movement by hand is followed at once; one by key or button is eased, if that is wanted.
  move(view, atOnce) {
    this.target = {
      x: clamp(view.x, this.middle.x - this.extent.x / 2, this.middle.x + this.extent.x / 2),
      y: clamp(view.y, this.middle.y - this.extent.y / 2, this.middle.y + this.extent.y / 2),
      scale: clamp(view.scale, this.fit * 0.7, this.nearest),
    };
    if (atOnce || STILL.matches) this.view = this.target;
    this.draw();
  }

  zoom(factor, at = { x: this.width / 2, y: this.height / 2 }, atOnce = true) {
    const from = atOnce ? this.view : this.target;
    const scale = clamp(from.scale * factor, this.fit * 0.7, this.nearest);
    const still = 1 / from.scale - 1 / scale;
    const x = from.x + (at.x - this.width / 2) * still;
    const y = from.y + (at.y - this.height / 2) * still;
    this.move({ x, y, scale }, atOnce);
  }

  draw() {
    if (this.view) this.frame ??= requestAnimationFrame((now) => this.step(now));
  }

  step(now) {
    this.frame = undefined;
    const { view, target } = this;
    if (view !== target) {
      const share = 1 - Math.exp(-Math.min(now - (this.last ?? now - 16), 50) / EASE);
      const between = (a, b) => a + (b - a) * share;
      const scale = Math.exp(between(Math.log(view.scale), Math.log(target.scale)));
      this.view = { x: between(view.x, target.x), y: between(view.y, target.y), scale };
      const left = Math.hypot(target.x - this.view.x, target.y - this.view.y) * target.scale;
      if (left < 0.5 && Math.abs(Math.log(target.scale / scale)) < 0.002) this.view = target;
    }
    this.last = this.view === target ? undefined : now;
    this.paint();
    if (this.view !== target) this.draw();
  }

  place(i) {
    const { x, y, scale } = this.view;
    return {
      x: (this.xs[i] * this.stretch - x) * scale + this.width / 2,
      y: (this.ys[i] - y) * scale + this.height / 2,
    };
  }

  // Works of every shape have about the same area: that of a square with this side.
  get side() {
    return clamp(this.cell * this.view.scale, SMALLEST, LARGEST);
  }

  paint() {
    const { pen, width, height, density, works, xs, ys, stretch, side } = this;
    const { x: middle, y: centre, scale } = this.view;
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.fillStyle = this.colours.wall;
    pen.fillRect(0, 0, width, height);
    const pictured = this.cell * scale >= PICTURED;
    const wanted = [];
    for (let i = 0; i < works.length; i += 1) {
      const x = (xs[i] * stretch - middle) * scale + width / 2;
      const y = (ys[i] - centre) * scale + height / 2;
      if (x < -side * 2 || y < -side * 2 || x > width + side * 2 || y > height + side * 2) continue;
      this.paintWork(i, x, y, pictured);
      if (pictured && works[i].picture && !this.pictures.has(i)) {
        wanted.push([Math.hypot(x - width / 2, y - height / 2), i]);
      }
    }
    if (this.named !== null) this.paintNamed(pictured);
    this.fetchNearest(wanted);
  }

  paintWork(i, x, y, pictured) {
    const { pen, side, shapes } = this;
    const [wide, high] = [side * shapes[i], side / shapes[i]];
    const picture = pictured && this.pictures.get(i);
    if (picture) {
      this.pictures.delete(i);
      this.pictures.set(i, picture);
      pen.drawImage(picture, x - wide / 2, y - high / 2, wide, high);
    } else {
      pen.fillStyle = this.works[i].colour || this.colours.dot;
      pen.fillRect(x - wide / 2, y - high / 2, wide, high);
    }
  }

  paintNamed(pictured) {
    const { x, y } = this.place(this.named);
    const [wide, high] = [this.side * this.shapes[this.named] + 6, this.side / this.shapes[this.named] + 6];
    this.pen.fillStyle = this.colours.seal;
    this.pen.fillRect(x - wide / 2, y - high / 2, wide, high);
    this.paintWork(this.named, x, y, pictured);
  }

  fetchNearest(wanted) {
    if (this.fetching >= AT_ONCE || !wanted.length) return;
    wanted.sort(([a], [b]) => a - b);
    for (const [, i] of wanted.slice(0, AT_ONCE - this.fetching)) {
      this.fetching += 1;
      this.pictures.set(i, null);
      this.fetchPicture(i).finally(() => {
        this.fetching -= 1;
        this.draw();
      });
    }
  }

  async fetchPicture(i) {
    try {
      const answer = await fetch(this.works[i].picture);
      if (!answer.ok) return;
      this.pictures.set(i, await createImageBitmap(await answer.blob()));
    } catch {
      // It stays a field of colour.
    }
    for (const [other, picture] of this.pictures) {
      if (this.pictures.size <= KEPT) break;
      picture?.close();
      this.pictures.delete(other);
    }
  }

  // The work that is seen at a place of the screen, or the nearest one if it is not far off.
  find(at, reach = 12) {
    let found = null;
    let best = reach;
    for (let i = 0; i < this.works.length; i += 1) {
      const { x, y } = this.place(i);
      const across = Math.max(Math.abs(at.x - x) - (this.side * this.shapes[i]) / 2, 0);
      const down = Math.max(Math.abs(at.y - y) - this.side / this.shapes[i] / 2, 0);
      const off = Math.hypot(across, down);
      if (off <= best) [found, best] = [i, off];
    }
    return found;
  }

  name(i, how = "") {
    if (i === this.named) return;
    this.named = i;
    const work = this.works[i];
    this.caption.textContent = work ? `${how}${work.title}, ${work.by ? `${work.by} ` : ""}no. ${work.number}` : "";
    this.canvas.classList.toggle("on", i !== null);
    this.draw();
  }

  middlemost() {
    let found = null;
    let best = Infinity;
    for (let i = 0; i < this.works.length; i += 1) {
      const off = Math.hypot(this.xs[i] * this.stretch - this.target.x, this.ys[i] - this.target.y);
      if (off < best) [found, best] = [i, off];
    }
    return found;
  }

  listen(figure) {
    const acts = {
      pan: (dx, dy, eased) => {
        const { x, y, scale } = eased ? this.target : this.view;
        this.move({ x: x - dx / scale, y: y - dy / scale, scale }, !eased);
        if (eased) this.nameMiddle();
      },
      zoom: (factor, at, eased) => {
        this.zoom(factor, at ?? undefined, !eased);
        if (eased) this.nameMiddle();
      },
      whole: () => {
        this.move({ ...this.middle, scale: this.fit });
        this.nameMiddle();
      },
      choose: (at) => this.open(this.find(at)),
      hover: (at) => this.name(at ? this.find(at) : null),
      enter: () => this.open(this.middlemost()),
    };
    gestures(this.canvas, acts);
    grips(figure.querySelectorAll("[data-act]"), acts);
  }

  nameMiddle() {
    this.name(this.middlemost(), "In the middle: ");
  }

  open(i) {
    if (i !== null) location.assign(this.works[i].page);
  }
}

async function begin() {
  const words = figure.querySelector("output");
  words.textContent = "Laying them out…";
  try {
    const answer = await fetch(figure.dataset.points);
    if (!answer.ok) throw new Error(answer.statusText);
    const { works } = await answer.json();
    words.textContent = "";
    if (works.length) new Chart(figure, works);
  } catch {
    words.textContent = "The map can’t be had just now; the works are listed below.";
  }
}

if (figure) begin();
