// Keeps the studio's page up to date.
"use strict";

const says = document.querySelector("#says");
const SLOWLY = 15_000;

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
    // The browser reconnects automatically, but not after an error status.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => {
        lookAgain(Date.now()).catch(() => {});
        watch();
      }, SLOWLY);
    }
  };
}

watch();
