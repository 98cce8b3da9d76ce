// Shares a work as the device does it, or keeps its address for pasting. Without this script the link
// is the address itself.
"use strict";

const share = document.querySelector("a.share");

share?.addEventListener("click", async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    if (navigator.share) await navigator.share({ title: share.dataset.title, url: share.href });
    else {
      await navigator.clipboard.writeText(share.href);
      share.textContent = "Address copied";
    }
  } catch (error) {
    // Who thinks better of it wants nothing; where there is no other way, the address opens.
    if (error.name !== "AbortError") location.assign(share.href);
  }
});
