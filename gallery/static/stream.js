// Goes on with the next page of works before the visitor has reached the end of this one.
"use strict";

const wall = document.querySelector(".wall");
const pages = document.querySelector(".pages");

const watcher = new IntersectionObserver(
  async (entries) => {
    const link = pages.querySelector("a[rel=next]");
    if (!link || !entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      wall.append(...page.querySelectorAll(".wall > li"));
      const next = page.querySelector(".pages a[rel=next]");
      if (next) {
        link.href = next.href;
        watcher.observe(pages);
      } else {
        pages.replaceChildren(...page.querySelectorAll(".pages > span"));
      }
    } catch {
      // The link is still there to be followed.
    }
  },
  { rootMargin: "900px" },
);

if (wall && pages) watcher.observe(pages);
