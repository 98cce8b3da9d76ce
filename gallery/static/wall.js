// Changes the picture on the wall: to a new work at once, else to the next older one. After a failure
// it tries again later; the picture stays until the next one is loaded.
"use strict";

const main = document.querySelector("main");
const every = Number(document.body.dataset.every) * 1000;
const newest = document.body.dataset.works;
let works = [];
let known = document.querySelector("figure")?.dataset.work;

async function nextWork() {
  try {
    const answer = await fetch(newest, { signal: AbortSignal.timeout(20000) });
    if (answer.ok) works = (await answer.json()).works.filter((work) => !work.veiled);
  } catch {
    // No network: continue with the works that are known.
  }
  if (works.length === 0) return null;
  const shown = document.querySelector("figure.shown")?.dataset.work;
  if (works[0].id !== known) {
    known = works[0].id;
    return works[0];
  }
  const place = works.findIndex((work) => work.id === shown);
  return works[(place + 1) % works.length];
}

// The addresses are of the public site; this display may have opened it at another one.
function here(address) {
  return new URL(address).pathname;
}

function hang(work) {
  const shown = document.querySelector("figure.shown");
  const figure = shown.cloneNode(true);
  figure.classList.remove("shown");
  figure.dataset.work = work.id;
  const [picture, code] = figure.querySelectorAll("img");
  picture.src = here(work.picture.url);
  picture.alt = `${work.title}: ${work.concepts.join(", ")}`;
  code.src = `${here(work.url).replace(/\/$/, "")}/qr.svg`;
  figure.querySelector("h1").textContent = work.title;
  const day = new Date(work.made_at).toLocaleDateString("en-GB", {
    day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
  });
  figure.querySelector("p").textContent = `${work.artist_title}, ${day}`;
  return picture.decode().then(() => {
    main.append(figure);
    figure.getBoundingClientRect();
    figure.classList.add("shown");
    shown.classList.remove("shown");
    setTimeout(() => shown.remove(), 3000);
  });
}

async function change() {
  try {
    const work = await nextWork();
    if (work && work.id !== document.querySelector("figure.shown").dataset.work) await hang(work);
  } catch {
    // The next picture can't be loaded: this one stays.
  } finally {
    setTimeout(change, every);
  }
}

if (known) {
  setTimeout(change, every);
  document.addEventListener("click", () => document.documentElement.requestFullscreen?.());
  navigator.wakeLock?.request("screen").catch(() => {});
}
