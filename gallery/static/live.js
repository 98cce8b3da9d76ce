// Keeps the line about what the artist does now up to date.
"use strict";

const SLOWLY = 15_000;
let source = null;

const line = () => document.querySelector("#live");

async function lookAgain(mark) {
  const { page } = line().dataset;
  const shown = document.querySelector("[data-work]").dataset.work;
  const answer = await fetch(`${page}?${new URLSearchParams({ shown, mark })}`);
  if (!answer.ok) return;
  const after = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#live");
  if (!after) return;
  const { events } = line().dataset;
  const [said, says] = [line(), after].map((one) => one.querySelector(".doing"));
  // The element of the sentence stays, so that screen readers hear the new one.
  if (said.innerHTML !== says.innerHTML) said.innerHTML = says.innerHTML;
  for (const part of [".due", ".drawn", ".watch", ".come"]) {
    line().querySelector(part).replaceWith(after.querySelector(part));
  }
  line().className = after.className;
  Object.assign(line().dataset, after.dataset);
  countDown();
  if (events !== after.dataset.events) watch();
}

function watch() {
  source?.close();
  source = new EventSource(line().dataset.events);
  source.onmessage = ({ data }) => {
    if (data !== line().dataset.mark) lookAgain(data).catch(() => {});
  };
  source.onerror = ({ target }) => {
    // The browser reconnects automatically, but not after an error status.
    if (target === source && source.readyState === EventSource.CLOSED) setTimeout(watch, SLOWLY);
  };
}

if (line()) watch();
