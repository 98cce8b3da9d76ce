// A rater's pairs, one page after another; answers stay in the browser until they are handed over.
"use strict";

const study = JSON.parse(document.getElementById("study").textContent);
const rater = new URLSearchParams(location.search).get("rater") || "0";
const pairs = study.pairs.filter(pair => String(pair.rater) === rater);
const key = "study-" + location.pathname + "-" + rater;
const words = {originality: "Which is more original?", harmony: "Which is more harmonious?"};
let answers = JSON.parse(localStorage.getItem(key) || "[]");
const form = document.getElementById("form");

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
  document.getElementById("progress").value = pairs.length ? done / pairs.length : 0;
  form.replaceChildren();
  if (!pairs.length) return form.append("This study has no rater " + rater + ".");
  if (done >= pairs.length) return finish();
  const pair = pairs[done];
  show("left", study.items[pair.left]);
  show("right", study.items[pair.right]);
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
    answers.push({...pair, rater, question, choice: said.get(question)});
  localStorage.setItem(key, JSON.stringify(answers));
  ask();
};

function finish() {
  document.querySelector(".pair").remove();
  const columns = ["rater", "page", "question", "left", "right", "left_arm", "right_arm", "choice", "check"];
  const cell = value => '"' + String(value).replaceAll('"', '""') + '"';
  const rows = [columns, ...answers.map(answer => columns.map(name => answer[name]))];
  const csv = rows.map(row => row.map(cell).join(",")).join("\n") + "\n";
  const said = document.createElement("p"), link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv], {type: "text/csv"}));
  link.download = "answers-" + rater + ".csv";
  link.textContent = "Save your answers";
  said.setAttribute("role", "status");
  said.textContent = "Thank you.";
  form.append(said, link);
  send(csv).then(arrived => {
    said.textContent = arrived
      ? "Thank you. Your answers have arrived."
      : "Thank you. Please save your answers, and send the file to whoever asked you.";
  });
}

// A gallery takes the answers; a plain file server does not.
async function send(csv) {
  if (!location.protocol.startsWith("http")) return false;
  try {
    const options = {method: "POST", headers: {"Content-Type": "text/csv"}, body: csv};
    return (await fetch("answers?rater=" + encodeURIComponent(rater), options)).ok;
  } catch {
    return false;
  }
}

ask();
