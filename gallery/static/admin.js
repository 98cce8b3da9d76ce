// The admin pages: picks beside the β slider, presets that fill the form, what an artist does now,
// ticking works, and passwords in sight.
"use strict";

const WAIT = 350;
const NEARBY = 0.2;
const BUSY_MILLISECONDS = 2000;
const IDLE_MILLISECONDS = 15000;

// A page's part, by its address; null if it can't be had.
async function part(address) {
  const answer = await fetch(address);
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

const rounded = (number) => String(Math.round(number * 1000) / 1000);

function tellUnsaved(form) {
  // Without an option marked as selected, the first one is what is stored.
  const stored = (one) => Math.max(0, [...one.options].findIndex((option) => option.defaultSelected));
  const changed = [...form.elements].some((one) => one.tagName === "SELECT"
    ? one.selectedIndex !== stored(one)
    : one.type !== "hidden" && "defaultValue" in one && one.value !== one.defaultValue);
  form.querySelector("#unsaved").textContent = changed ? "Not saved yet." : "";
}

function tuning(form) {
  const slider = form.elements.beta;
  const now = form.querySelector("#beta-now");
  const picks = form.querySelector("#picks");
  const asked = ["floor_percent", "temperature", "candidates", "calibration_percent", "permutations",
    "feedback", "lowest_beta", "highest_beta", "beta_step"];
  let waiting = 0;
  let latest = 0;

  async function fetchPicks() {
    if (!form.dataset.picks) return;
    const mine = ++latest;
    const values = new FormData(form);
    values.delete("csrf");
    picks.classList.add("asks");
    const open = [...picks.querySelectorAll("details[open]")].map((one) => one.id);
    try {
      const found = await part(`${form.dataset.picks}?${new URLSearchParams(values)}`);
      if (mine !== latest) return;
      if (found) picks.replaceChildren(...found.body.childNodes);
      else picks.textContent = "The picks can’t be shown now. Change a value to ask again.";
      for (const one of picks.querySelectorAll("details")) one.open = open.includes(one.id);
      weigh();
    } catch {
      if (mine === latest) picks.textContent = "The picks can’t be shown now. Change a value to ask again.";
    } finally {
      if (mine === latest) picks.classList.remove("asks");
    }
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(fetchPicks, WAIT);
  }

  // What is compared does not depend on β: every pick is known, and shown without asking again.
  function weigh() {
    const cards = picks.querySelector(".cards");
    const rows = [...picks.querySelectorAll("tr[data-low]")];
    if (!cards || "fixed" in cards.dataset || !rows.length) return;
    const beta = Number(slider.value);
    const at = (wanted) => rows.find((one) => Math.round(wanted * 100) <= Math.round(one.dataset.high * 100));
    const concept = (row) => row.querySelector("th").textContent;
    const own = cards.querySelector(".own");
    const row = at(beta);
    own.querySelector(".at").textContent = rounded(beta);
    own.querySelector("h3").textContent = `It would pick “${concept(row)}”`;
    own.querySelector(".why").textContent = row.lastElementChild.textContent;
    const saved = "same" in cards.dataset && rounded(beta) === rounded(cards.dataset.beta);
    const asNow = cards.querySelector(".was .pick").textContent === concept(row);
    own.querySelector(".verdicts strong").textContent = saved
      ? "This is what is set now."
      : `${asNow ? "The same pick as now. " : ""}Not saved yet.`;
    const near = [Math.max(0, beta - NEARBY), Math.min(1, beta + NEARBY)];
    picks.querySelectorAll(".near .at").forEach((one, i) => { one.textContent = rounded(near[i]); });
    picks.querySelectorAll(".near .pick").forEach((one, i) => { one.textContent = concept(at(near[i])); });
    rows.forEach((one) => one.classList.toggle("now", one === row));
  }

  function show() {
    now.textContent = rounded(slider.value);
    for (const preset of form.querySelectorAll(".preset")) {
      const same = Object.entries(JSON.parse(preset.dataset.values))
        .every(([name, value]) => Number(form.elements[name].value) === Number(value));
      preset.setAttribute("aria-pressed", String(same));
    }
    tellUnsaved(form);
  }

  slider.addEventListener("input", () => {
    if (slider.step === "any") slider.value = String(Math.round(slider.value * 100) / 100);
    show();
    weigh();
  });
  form.addEventListener("input", show);
  form.addEventListener("change", (event) => {
    show();
    if (asked.includes(event.target.name)) soon();
    else if (event.target === slider && picks.querySelector(".cards[data-fixed]")) soon();
  });
  for (const preset of form.querySelectorAll(".preset")) {
    preset.addEventListener("click", (event) => {
      event.preventDefault();
      for (const [name, value] of Object.entries(JSON.parse(preset.dataset.values))) {
        form.elements[name].value = value;
      }
      show();
      weigh();
      fetchPicks();
    });
  }
  show();
  if (picks.querySelector(".cards")) weigh();
  else fetchPicks();
}

// What the artist does now: asked for often while it works, seldom while it waits.
function follow(place) {
  async function look() {
    if (!document.hidden) {
      try {
        const found = await part(place.dataset.now);
        const fresh = found && found.querySelector("#now");
        const old = place.querySelector("#now");
        if (fresh && fresh.outerHTML !== old.outerHTML) {
          const state = (one) => one.querySelector(".verdict").textContent;
          if (state(fresh) !== state(old)) document.querySelector("[data-passing]")?.remove();
          old.replaceWith(document.adoptNode(fresh));
        }
      } catch {
        // The next look may succeed.
      }
    }
    wait();
  }
  function wait() {
    const busy = place.querySelector("#now[data-busy]");
    setTimeout(look, busy ? BUSY_MILLISECONDS : IDLE_MILLISECONDS);
  }
  wait();
}

function ticking(form) {
  const boxes = [...form.querySelectorAll("input[name=work]:not(:disabled)")];
  const all = form.querySelector("#all-here");
  const everything = form.elements.everything;
  const told = form.querySelector("#ticked");
  function tell() {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count > 0 && count === boxes.length;
    told.textContent = everything && everything.checked
      ? "All that were found."
      : count ? `${count} ${count === 1 ? "is" : "are"} ticked.` : "None is ticked.";
  }
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  form.addEventListener("change", tell);
  tell();
}

// Pages for visitors show a link to the admin pages where this mark is (admin-link.js).
try {
  if (document.body.dataset.signedIn === "yes") localStorage.setItem("admin", "1");
  else localStorage.removeItem("admin");
} catch {
  // Without storage there is no link.
}

for (const box of document.querySelectorAll(".reveals")) {
  const fields = [...box.form.querySelectorAll("input[type=password]")];
  box.addEventListener("change", () => {
    for (const field of fields) field.type = box.checked ? "text" : "password";
  });
}
const form = document.querySelector("#tuning");
if (form) tuning(form);
const edit = document.querySelector("#edit");
if (edit && edit.querySelector("#unsaved")) {
  edit.addEventListener("input", () => tellUnsaved(edit));
  edit.addEventListener("change", () => tellUnsaved(edit));
}
// What was done is told once: not again after the page is loaded anew.
const here = new URL(location.href);
if (here.searchParams.has("done")) {
  for (const name of ["done", "fields", "of"]) here.searchParams.delete(name);
  history.replaceState(history.state, "", here);
}
const place = document.querySelector("[data-now]");
if (place) follow(place);
const many = document.querySelector("form.many");
if (many) ticking(many);
