// The map: points at a small scale, pictures at a large one. Drag, pinch, turn the wheel or use keys.
"use strict";

const figure = document.querySelector(".map");
const SMALLEST = 3; // CSS pixels: least size of a work
const LARGEST = 420; // greatest size: at larger scales works only move apart
const PICTURED = 20; // from this size on pictures are shown
const SHARP = 200; // from this size on larger copies are shown
const TITLED = 150; // from this size on titles are shown
const GROUPED = 1.6; // up to this enlargement groups have names
const LINE = 40; // works of an artist that the line through time joins
const AT_ONCE = 6; // pictures fetched at a time
const KEPT = 700; // pictures kept in memory
const EASE = 70; // milliseconds in which an eased movement covers two thirds of its way
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const DARK = matchMedia("(prefers-color-scheme: dark)");

class Chart {
  constructor(figure, works, groups) {
    this.canvas = figure.querySelector("canvas");
    this.caption = figure.querySelector("output");
    this.pen = this.canvas.getContext("2d", { alpha: false });
    this.works = works;
    this.groups = groups;
    const artists = new Map();
    works.forEach(({ by }, i) => artists.set(by, [...(artists.get(by) ?? []).slice(1 - LINE), i]));
    this.lines = [...artists.values()];
    this.timed = true;
    this.pictures = new Map();
    this.sharp = new Map();
    this.fetching = 0;
    this.named = null;
    this.cell = 1.25 / Math.sqrt(works.length);
    // Every frame loops over thousands of works: typed arrays are faster than objects.
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
    const names = ["wall", "dot", "seal", "ink"];
    this.colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`)]));
    this.serif = style.getPropertyValue("--serif");
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
    this.nearest = this.fit * Math.max(12, 4 * Math.sqrt(this.works.length));
    if (whole) this.move({ ...this.middle, scale: this.fit }, true);
    this.paint();
  }

  // Stretches the map along the canvas's longer side.
  spread() {
    const { left, right, top, bottom } = this.bounds;
    const [across, down] = [Math.max(right - left, 0.01), Math.max(bottom - top, 0.01)];
    this.stretch = clamp((this.width * down) / (this.height * across), 0.6, 1.8);
    this.middle = { x: ((left + right) / 2) * this.stretch, y: (top + bottom) / 2 };
    this.extent = { x: across * this.stretch + this.cell * 1.5, y: down + this.cell * 1.5 };
  }

  // A drag applies at once; a movement by key or button is eased unless motion is reduced.
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

  // All works have about the same area: that of a square with this side.
  get side() {
    const largest = Math.min(LARGEST, 0.6 * Math.min(this.width, this.height));
    return clamp(this.cell * this.view.scale, SMALLEST, largest);
  }

  paint() {
    const { pen, width, height, density, works, xs, ys, stretch, side } = this;
    const { x: middle, y: centre, scale } = this.view;
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.fillStyle = this.colours.wall;
    pen.fillRect(0, 0, width, height);
    if (this.timed) this.paintLines();
    const pictured = this.cell * scale >= PICTURED;
    const wanted = [];
    for (let i = 0; i < works.length; i += 1) {
      const x = (xs[i] * stretch - middle) * scale + width / 2;
      const y = (ys[i] - centre) * scale + height / 2;
      if (x < -side * 2 || y < -side * 2 || x > width + side * 2 || y > height + side * 2) continue;
      this.paintWork(i, x, y, pictured);
      if (pictured && works[i].picture && !this.pictures.has(i)) {
        wanted.push([Math.hypot(x - width / 2, y - height / 2), i]);
      } else if (side >= SHARP && works[i].picture && !this.sharp.has(i) && x > 0 && y > 0 && x < width && y < height) {
        wanted.push([Math.hypot(x - width / 2, y - height / 2), i]);
      }
    }
    if (this.named !== null) this.paintNamed(pictured);
    if (scale <= this.fit * GROUPED) this.paintGroups();
    this.fetchNearest(wanted);
  }

  paintWork(i, x, y, pictured) {
    const { pen, side, shapes } = this;
    const [wide, high] = [side * shapes[i], side / shapes[i]];
    const picture = pictured && ((side >= SHARP && this.sharp.get(i)) || this.pictures.get(i));
    if (picture) {
      if (this.pictures.get(i) === picture) {
        this.pictures.delete(i);
        this.pictures.set(i, picture);
      }
      pen.drawImage(picture, x - wide / 2, y - high / 2, wide, high);
      if (side >= TITLED) this.write(this.works[i].title, x, y + high / 2 + 14, 14, wide);
    } else {
      pen.fillStyle = this.works[i].colour || this.colours.dot;
      pen.fillRect(x - wide / 2, y - high / 2, wide, high);
    }
  }

  // The newest works of each artist in their order; older parts are fainter.
  paintLines() {
    const { pen } = this;
    pen.strokeStyle = this.colours.seal;
    pen.lineWidth = 1.25;
    for (const line of this.lines) {
      for (let i = 1; i < line.length; i += 1) {
        const [from, to] = [this.place(line[i - 1]), this.place(line[i])];
        pen.globalAlpha = 0.08 + 0.5 * (i / line.length) ** 2;
        pen.beginPath();
        pen.moveTo(from.x, from.y);
        pen.lineTo(to.x, to.y);
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
  }

  // Names of groups, the largest first; one that would cover another is left out.
  paintGroups() {
    const taken = [];
    for (const group of this.groups) {
      const x = (group.x * this.stretch - this.view.x) * this.view.scale + this.width / 2;
      const y = (group.y - this.view.y) * this.view.scale + this.height / 2;
      const words = group.concepts.join(", ");
      const half = words.length * 4.6 + 8;
      const middle = clamp(x, half, this.width - half);
      if (x < -half || x > this.width + half || y < 0 || y > this.height) continue;
      if (taken.some((other) => Math.abs(other.x - middle) < other.half + half && Math.abs(other.y - y) < 26)) continue;
      taken.push({ x: middle, y, half });
      this.write(words, middle, y + 6, 18, this.width);
    }
  }

  // Words on a rim of the ground's colour, cut to a width.
  write(words, x, y, size, width) {
    const { pen } = this;
    pen.font = `italic ${size}px ${this.serif}`;
    pen.textAlign = "center";
    let shown = words;
    while (shown && pen.measureText(shown).width > width) shown = `${shown.slice(0, -2).trimEnd()}…`;
    pen.lineJoin = "round";
    pen.lineWidth = 5;
    pen.strokeStyle = this.colours.wall;
    pen.strokeText(shown, x, y);
    pen.fillStyle = this.colours.ink;
    pen.fillText(shown, x, y);
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
      const kept = this.pictures.has(i) ? this.sharp : this.pictures;
      kept.set(i, null);
      this.fetchPicture(i, kept).finally(() => {
        this.fetching -= 1;
        this.draw();
      });
    }
  }

  async fetchPicture(i, kept) {
    try {
      const small = this.works[i].picture;
      const answer = await fetch(kept === this.sharp ? small.replace(/240(?=\.webp$)/, "480") : small);
      if (!answer.ok) return;
      kept.set(i, await createImageBitmap(await answer.blob()));
    } catch {
      // The coloured rectangle remains.
    }
    for (const [other, picture] of kept) {
      if (kept.size <= (kept === this.sharp ? KEPT / 10 : KEPT)) break;
      picture?.close();
      kept.delete(other);
    }
  }

  // The work at a position of the canvas, or the nearest one within reach.
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
    const time = figure.querySelector("[data-act=time]");
    acts.time = () => {
      this.timed = !this.timed;
      time.setAttribute("aria-pressed", this.timed);
      this.draw();
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
  words.textContent = "Loading…";
  try {
    const answer = await fetch(figure.dataset.points);
    if (!answer.ok) throw new Error(answer.statusText);
    const { works, groups } = await answer.json();
    words.textContent = "";
    if (works.length) new Chart(figure, works, groups);
  } catch {
    words.textContent = "The map can’t be loaded now; the works are listed below.";
  }
}

if (figure) begin();
