// "How it picks": moves β over the words of a pick; with the two models, over words of one's own.

const version = new URL(import.meta.url).search;
const { byScore } = await import(`./sampler.js${version}`);

const NEAR = 28; // CSS pixels from the pointer to a dot that is named
const STEPS = 100; // of β
const find = (at) => document.querySelector(at);
const told = find("#pick");
const original = JSON.parse(told.textContent);
const [slider, shown] = [find("#beta"), find("#shown")];
const [drawing, list] = [find(".field svg"), find(".winners")];
const { margin, size } = Object.fromEntries(
  Object.entries(drawing.dataset).map(([name, value]) => [name, Number(value)]),
);
let pick = original;

function winnerAt(beta) {
  return byScore(pick.candidates, beta)[0];
}

// Spans of β with the word that wins in each.
function spans() {
  const found = [];
  for (let step = 0; step <= STEPS; step += 1) {
    const { concept } = winnerAt(step / STEPS);
    if (found.at(-1)?.concept === concept) found.at(-1).high = step / STEPS;
    else found.push({ concept, low: step / STEPS, high: step / STEPS });
  }
  return found;
}

function place({ fit, usual }) {
  const span = (size - 2 * margin) / Math.max(pick.candidates.length - 1, 1);
  return [margin + (pick.candidates.length - fit) * span, size - margin - (usual - 1) * span];
}

function svg(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function drawDots() {
  find(".field .dots").replaceChildren(
    ...pick.candidates.map((candidate) => {
      const [cx, cy] = place(candidate);
      const dot = svg("circle", { cx, cy, r: 5 });
      dot.dataset.concept = candidate.concept;
      return dot;
    }),
  );
}

// The part of the field whose scores are higher than the winner's, and its border.
function drawBorder(winner, beta) {
  const [x, y] = place(winner);
  const [low, high] = [margin - 12, size - margin + 12];
  const value = ([px, py]) => (1 - beta) * (px - x) - beta * (py - y);
  const corners = [[low, low], [high, low], [high, high], [low, high]];
  const kept = [];
  const border = [];
  corners.forEach((from, i) => {
    const to = corners[(i + 1) % 4];
    const [a, b] = [value(from), value(to)];
    if (a >= 0) kept.push(from);
    if (a * b < 0) {
      const at = [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * a) / (a - b));
      kept.push(at);
      border.push(at);
    }
  });
  find(".field .beyond").setAttribute("points", kept.map((at) => at.join()).join(" "));
  const line = find(".field .level");
  const [[x1, y1], [x2, y2]] = border.length === 2 ? border : [[x, y], [x, y]];
  for (const [name, end] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, end);
}

function label(text, [x, y], words, gap) {
  const right = x > size * 0.6;
  text.setAttribute("x", right ? x - gap : x + gap);
  text.setAttribute("y", y + 6);
  text.setAttribute("text-anchor", right ? "end" : "start");
  text.textContent = words;
}

function why(winner) {
  const others = pick.candidates.length - 1;
  if (!others) return "It was the only word that could be drawn.";
  const fits = pick.candidates.filter((one) => one.fit > winner.fit).length;
  const rarer = pick.candidates.filter((one) => one.usual < winner.usual).length;
  return `It fits better than ${fits} of the ${others} others, and is less expected beside such words than ${rarer}.`;
}

function show() {
  const beta = Number(slider.value);
  const winner = winnerAt(beta);
  const at = place(winner);
  shown.textContent = beta.toFixed(2);
  drawBorder(winner, beta);
  for (const dot of drawing.querySelectorAll(".dots circle")) {
    dot.classList.toggle("pick", dot.dataset.concept === winner.concept);
  }
  find(".field .ring").setAttribute("cx", at[0]);
  find(".field .ring").setAttribute("cy", at[1]);
  label(find(".field text.pick"), at, winner.concept, 20);
  drawing.setAttribute("aria-label", `${pick.candidates.length} words by fit and by how unexpected they are; “${winner.concept}” wins.`);
  find(".winner b").textContent = winner.concept;
  find(".winner span").textContent = why(winner);
  for (const button of list.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", beta >= button.dataset.low && beta <= button.dataset.high);
  }
}

function listWinners() {
  list.replaceChildren(
    ...spans().map(({ concept, low, high }) => {
      const [item, button, word, span] = ["li", "button", "span", "span"].map((name) => document.createElement(name));
      Object.assign(button, { type: "button" });
      Object.assign(button.dataset, { low, high });
      Object.assign(word, { className: "word", textContent: concept });
      const text = low === high ? low.toFixed(2) : `${low.toFixed(2)} – ${high.toFixed(2)}`;
      Object.assign(span, { className: "span", textContent: text });
      button.append(word, span);
      button.addEventListener("click", () => {
        slider.value = Math.round(((low + high) / 2) * STEPS) / STEPS;
        show();
      });
      item.append(button);
      return item;
    }),
  );
}

function use(next) {
  pick = next;
  drawDots();
  listWinners();
  show();
}

// Names the dot nearest to the pointer.
function point({ clientX, clientY }) {
  let [found, best] = [null, NEAR];
  for (const dot of drawing.querySelectorAll(".dots circle")) {
    const box = dot.getBoundingClientRect();
    const off = Math.hypot(box.x + box.width / 2 - clientX, box.y + box.height / 2 - clientY);
    if (off < best) [found, best] = [dot, off];
  }
  const candidate = found && pick.candidates.find(({ concept }) => concept === found.dataset.concept);
  const text = drawing.querySelector("text.near");
  for (const dot of drawing.querySelectorAll(".dots .near")) dot.classList.remove("near");
  text.textContent = "";
  if (!candidate || found.classList.contains("pick")) return;
  found.classList.add("near");
  label(text, place(candidate), candidate.concept, 12);
}

class Words {
  constructor() {
    this.form = find(".own .pool");
    this.button = find(".load button");
    this.status = find(".load [role=status]");
    this.seed = 1;
    this.button.addEventListener("click", () => this.load());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add(find("#word").value.trim().toLowerCase());
    });
    find("[data-act=draw]").addEventListener("click", () => {
      this.seed += 1;
      this.draw();
    });
    find("[data-act=back]").addEventListener("click", () => {
      slider.value = original.tuning.beta;
      use(original);
      this.say("This is the artist’s own pick again.");
    });
  }

  load() {
    this.button.disabled = true;
    const worker = new Worker(told.dataset.worker, { type: "module" });
    worker.addEventListener("error", () => this.fail());
    worker.addEventListener("message", ({ data }) => {
      if (data.ready) worker.postMessage({ load: told.dataset.pair });
      else if (data.come) this.status.textContent = `${(data.come / 1e6).toFixed(1)} MB …`;
      else if (data.vocabulary) this.begin(worker, data);
      else if (data.candidates) this.picked(data);
      else this.fail();
    });
  }

  fail() {
    this.button.disabled = false;
    this.status.textContent = "The models can’t be loaded now.";
    this.say("That pick failed: load the page again.");
  }

  begin(worker, { vocabulary, fingerprint }) {
    this.worker = worker;
    this.known = new Set(vocabulary);
    this.same = fingerprint === original.models;
    this.pool = original.pool.filter((concept) => this.known.has(concept));
    if (!this.pool.length) this.pool = ["sea"];
    find("#words").append(...vocabulary.toSorted().map((word) => new Option(word)));
    find(".load").hidden = true;
    this.form.hidden = false;
    this.draw();
  }

  add(concept) {
    const field = find("#word");
    if (!concept) return;
    if (!this.known.has(concept)) {
      this.say(`The models do not know “${concept}”. They know ${this.known.size} words; the field lists them.`);
      return;
    }
    field.value = "";
    if (!this.pool.includes(concept)) this.pool.push(concept);
    this.draw();
  }

  remove(concept) {
    this.pool = this.pool.filter((other) => other !== concept);
    this.draw();
    (this.form.querySelector(".concepts button") ?? find("#word")).focus();
  }

  draw() {
    const alone = this.pool.length === 1;
    find(".own .concepts").replaceChildren(
      ...this.pool.map((concept) => {
        const item = document.createElement("li");
        item.textContent = concept;
        if (alone) return item;
        const button = document.createElement("button");
        Object.assign(button, { type: "button", textContent: "×" });
        button.setAttribute("aria-label", `Remove ${concept}`);
        button.addEventListener("click", () => this.remove(concept));
        item.append(button);
        return item;
      }),
    );
    this.say("Picking …");
    this.worker.postMessage({ pool: this.pool, tuning: original.tuning, seed: this.seed });
  }

  picked({ candidates, milliseconds }) {
    use({ ...original, candidates });
    const models = this.same ? "the artist’s own two models" : "the two models that come with the program";
    const { concept } = winnerAt(Number(slider.value));
    this.say(`“${concept}” would join. Picked in ${Math.round(milliseconds)} ms by ${models}; move β above.`);
  }

  say(words) {
    this.form.querySelector("[role=status]").textContent = words;
  }
}

slider.addEventListener("input", show);
for (const kind of ["pointermove", "pointerdown"]) drawing.addEventListener(kind, point, { passive: true });
use(original);
new Words();
