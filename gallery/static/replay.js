// Plays a picture's making. Nothing is loaded before the part is opened.

const STEP = 700; // milliseconds that a stage is shown
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

class Replay {
  constructor(part) {
    this.part = part;
    this.stages = [...part.querySelectorAll(".stages li")];
    this.pictures = this.stages.map((stage) => stage.querySelector("img"));
    this.last = this.stages.length - 1;
    const { width, height } = this.pictures[0];
    part.style.setProperty("--shape", width / height);
    this.build();
    part.classList.add("plays");
    this.show(CALM.matches ? this.last : 0);
    part.addEventListener("toggle", () => (part.open ? this.open() : this.pause()));
    part.addEventListener("keydown", (event) => this.key(event));
  }

  open() {
    for (const picture of this.pictures) picture.loading = "eager";
    if (!CALM.matches) this.play();
  }

  build() {
    const [bar, button, slider, told] = ["div", "button", "input", "output"].map((name) => document.createElement(name));
    bar.className = "player";
    Object.assign(button, { type: "button", className: "plain" });
    button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    Object.assign(slider, { type: "range", min: 0, max: this.last, step: 1 });
    slider.setAttribute("aria-label", "Stage");
    slider.addEventListener("input", () => {
      this.pause();
      this.show(Number(slider.value));
    });
    bar.append(button, slider, told);
    this.part.querySelector(".stages").after(bar);
    Object.assign(this, { button, slider, told });
    this.pause();
  }

  show(at) {
    this.at = at;
    this.stages.forEach((stage, i) => {
      stage.className = i < at ? "past" : i === at ? "now" : "";
      stage.ariaHidden = i === at ? null : "true";
    });
    this.slider.value = at;
    const words = at === this.last ? "finished" : `${at + 1} of ${this.last}`;
    this.told.textContent = words;
    this.slider.setAttribute("aria-valuetext", at === this.last ? "The finished picture" : `Stage ${words}`);
  }

  play() {
    if (this.at === this.last) this.show(0);
    this.button.textContent = "Pause";
    this.timer = setTimeout(() => this.next(), STEP);
  }

  // The next stage, once its picture is there.
  next() {
    if (this.pictures[this.at + 1].complete) this.show(this.at + 1);
    if (this.at === this.last) this.pause();
    else this.timer = setTimeout(() => this.next(), STEP);
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.button.textContent = "Play";
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.target === this.slider) return;
    event.preventDefault();
    this.pause();
    this.show(Math.min(Math.max(this.at + step, 0), this.last));
  }
}

for (const part of document.querySelectorAll(".replay")) new Replay(part);
