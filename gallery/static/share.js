// Shares a work through the device's dialog, or copies its address. Without this script the link is
// the address.
"use strict";

const copied = "Address copied";

document.addEventListener("click", async (event) => {
  const share = event.target.closest("a.share");
  if (!share || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    if (navigator.share) await navigator.share({ title: share.dataset.title, url: share.href });
    else {
      await navigator.clipboard.writeText(share.href);
      (share.querySelector(".said") ?? share).textContent = copied;
      share.setAttribute("aria-label", copied);
    }
  } catch (error) {
    // Nothing to do if the visitor cancels; if neither way works, the address opens.
    if (error.name !== "AbortError") location.assign(share.href);
  }
});
