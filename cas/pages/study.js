// A rater's pairs, one page after another; answers stay in the browser until they are handed over.
"use strict";

// The first letters of a rater's token name its pairs; the gallery wants the whole of it.
const rater = new URLSearchParams(location.search).get("rater") || "";
const key = "study-" + location.pathname + "-" + rater;
const words = {originality: "Which is more original?", harmony: "Which is more harmonious?"};
const form = document.getElementById("form");
let study, pairs, answers;

async function begin() {
  if (!/^[0-9a-f]{32}$/.test(rater))
    return end("Your address is not whole: open it again as it was sent to you.");
  const answer = await fetch("pairs/" + rater.slice(0, 8) + ".json").catch(() => null);
  if (!answer || !answer.ok) return end("This study does not know you, or can't be reached.");
  study = await answer.json();
  pairs = study.pairs;
  answers = JSON.parse(localStorage.getItem(key) || "[]");
  ask();
}

function show(side, item) {
  const figure = document.getElementById(side);
  figure.replaceChildren();
  if (item.picture) {
    const image = new Image();
    image.src = item.shows;
    image.alt = "Work on the " + side;
    figure.append(image);
  } else figure.append(item.shows);
}

function ask() {
  const done = answers.length / study.questions.length;
  document.getElementById("progress").value = done / pairs.length;
  form.replaceChildren();
  if (done >= pairs.length) return finish();
  const pair = pairs[done];
  show("left", pair.left);
  show("right", pair.right);
  for (const question of study.questions) {
    const field = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = words[question] || "Which has more " + question + "?";
    field.append(legend);
    for (const [choice, name] of [["left", "Left"], ["tie", "Alike"], ["right", "Right"]]) {
      const label = document.createElement("label"), input = document.createElement("input");
      const text = document.createElement("span");
      label.className = "choice";
      Object.assign(input, {type: "radio", name: question, value: choice, required: true});
      text.textContent = name;
      label.append(input, text);
      field.append(label);
    }
    form.append(field);
  }
  const next = document.createElement("button");
  next.textContent = "Next";
  form.append(next);
}

form.onsubmit = event => {
  event.preventDefault();
  if (answers.length / study.questions.length >= pairs.length) return;
  const pair = pairs[answers.length / study.questions.length], said = new FormData(form);
  for (const question of study.questions)
    answers.push({rater, page: pair.page, question, choice: said.get(question)});
  localStorage.setItem(key, JSON.stringify(answers));
  ask();
};

function end(...said) {
  document.querySelector(".pair").remove();
  form.append(...said);
}

function finish() {
  const columns = ["rater", "page", "question", "choice"];
  const cell = value => '"' + String(value).replaceAll('"', '""') + '"';
  const rows = [columns, ...answers.map(answer => columns.map(name => answer[name]))];
  const csv = rows.map(row => row.map(cell).join(",")).join("\n") + "\n";
  const said = document.createElement("p"), link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv], {type: "text/csv"}));
  link.download = "answers-" + rater.slice(0, 8) + ".csv";
  link.textContent = "Save your answers";
  said.setAttribute("role", "status");
  said.textContent = "Thank you.";
  end(said, link);
  send(csv).then(([arrived, refusal]) => {
    said.textContent = arrived
      ? "Thank you. Your answers have arrived."
      : "Thank you. " + refusal + "Please save your answers, and send the file to whoever asked you.";
  });
}

// A gallery takes the answers, or says why not; a plain file server does neither.
async function send(csv) {
  try {
    const options = {method: "POST", headers: {"Content-Type": "text/csv"}, body: csv};
    const answer = await fetch("answers?rater=" + rater, options);
    const plain = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
    return [answer.ok, plain ? await answer.text() + " " : ""];
  } catch {
    return [false, ""];
  }
}

begin();
