// Loads the works that are most similar before the visitor scrolls to them.
"use strict";

const alike = document.querySelector(".more[data-from]");

const nearing = new IntersectionObserver(
  async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    nearing.disconnect();
    try {
      const answer = await fetch(alike.dataset.from);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const wall = document.createElement("ol");
      wall.className = "wall";
      wall.append(...[...page.querySelectorAll(".wall > li")].slice(0, 4));
      if (wall.children.length) alike.append(wall);
    } catch {
      // The links remain.
    }
  },
  { rootMargin: "900px" },
);

if (alike) nearing.observe(alike);
