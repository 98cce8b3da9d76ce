// Appends the next page of works before the visitor reaches the end of this one.
"use strict";

const stream = document.querySelector(".stream, .wall");
const pages = document.querySelector(".pages");

function append(page) {
  const after = page.querySelector(".stream, .wall");
  for (const part of [...after.children]) {
    const last = stream.lastElementChild;
    // A chapter that began on the page before goes on in its list.
    if (part.dataset.chapter && part.dataset.chapter === last?.dataset.chapter) {
      last.querySelector("ol").append(...part.querySelector("ol").children);
    } else stream.append(part);
  }
}

const watcher = new IntersectionObserver(
  async (entries) => {
    const link = pages.querySelector("a[rel=next]");
    if (!link || !entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      append(page);
      const next = page.querySelector(".pages a[rel=next]");
      if (next) {
        link.href = next.href;
        watcher.observe(pages);
      } else {
        pages.replaceChildren(...page.querySelectorAll(".pages > span"));
      }
    } catch {
      // The link remains.
    }
  },
  { rootMargin: "900px" },
);

if (stream && pages) watcher.observe(pages);
