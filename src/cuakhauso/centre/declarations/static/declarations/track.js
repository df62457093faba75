// The page of one vehicle asks again by itself where no live stream tells it that something changed.
"use strict";
(() => {
  const track = document.getElementById("track");
  if (!track) return;
  const isLive = () => {
    const dot = document.querySelector("[data-live]");
    return dot && !dot.classList.contains("is-waiting") && !dot.classList.contains("is-stale");
  };
  setInterval(() => {
    if (!isLive() && navigator.onLine !== false && !document.hidden) htmx.trigger(track, "poll");
  }, Number(track.dataset.poll) * 1000);
})();
