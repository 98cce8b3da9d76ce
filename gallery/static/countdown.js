// Counts down to the time of every `time.countdown`, and up from that of every `time.elapsed`.
"use strict";

function clockOf(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = hours > 0 ? [hours, minutes, seconds % 60] : [minutes, seconds % 60];
  return parts.map((part, i) => (i ? String(part).padStart(2, "0") : part)).join(":");
}

function countDown() {
  for (const time of document.querySelectorAll("time.countdown")) {
    const seconds = Math.ceil((Date.parse(time.dateTime) - Date.now()) / 1000);
    time.textContent = seconds > 0 ? `in ${clockOf(seconds)}` : "any moment now";
  }
  for (const time of document.querySelectorAll("time.elapsed")) {
    const seconds = Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000);
    time.textContent = `${clockOf(Math.max(seconds, 0))} so far`;
  }
}

countDown();
setInterval(countDown, 1000);
