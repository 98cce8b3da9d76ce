// Keeps the studio's page as it is now, and counts down to the next work.
"use strict";

const says = document.querySelector("#says");
const SLOWLY = 15_000;

function countDown() {
  const time = document.querySelector(".countdown");
  if (!time) return;
  const seconds = Math.ceil((Date.parse(time.dateTime) - Date.now()) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = hours > 0 ? [hours, minutes, seconds % 60] : [minutes, seconds % 60];
  const clock = parts.map((part, i) => (i ? String(part).padStart(2, "0") : part)).join(":");
  time.textContent = seconds > 0 ? `in ${clock}` : "any moment now";
}

async function lookAgain(mark) {
  const answer = await fetch(`${location.pathname}?mark=${mark}`);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [before, after] = [document, page].map((one) => one.querySelector("#studio"));
  const focused = before.contains(document.activeElement) && document.activeElement;
  before.replaceWith(after);
  if (focused?.href) after.querySelector(`a[href="${CSS.escape(focused.getAttribute("href"))}"]`)?.focus();
  const said = page.querySelector("#says").textContent;
  if (says.textContent !== said) says.textContent = said;
  countDown();
}

function watch() {
  const source = new EventSource(document.querySelector("#studio").dataset.events);
  source.onmessage = ({ data }) => {
    if (data !== document.querySelector("#studio").dataset.mark) lookAgain(data).catch(() => {});
  };
  source.onerror = () => {
    // The browser comes back by itself, but not after a refusal.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => {
        lookAgain(Date.now()).catch(() => {});
        watch();
      }, SLOWLY);
    }
  };
}

countDown();
setInterval(countDown, 1000);
watch();
