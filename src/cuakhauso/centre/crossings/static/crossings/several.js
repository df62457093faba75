// Several rows at once: a mode in which a tap anywhere in a row chooses it. What is chosen outlives what the
// stream brings; a row that is gone, or has no one-tap step any more, is chosen no longer.
// form#several with data-choose · data-choose-all · data-several; in rows: input[name=pick].
"use strict";
(() => {
  const form = document.getElementById("several"), list = document.getElementById("worklist");
  if (!form || !list) return;
  const chosen = new Map(); // "crossing step" → the confirmation's own id
  const $ = (selector) => form.querySelector(selector);
  const boxes = () => [...list.querySelectorAll("input[name=pick]")];
  const isOn = () => document.body.classList.contains("ck-choosing");
  const [mode, all, send, count] = ["[data-choose]", "[data-choose-all]", "[data-several]", "[data-chosen-count]"].map($);
  const say = (words, n) => words.replace("{count}", n);

  function choose(box, on) {
    box.checked = on;
    if (on && !chosen.has(box.value)) chosen.set(box.value, window.ck.uuid7());
    if (!on) chosen.delete(box.value);
  }
  function draw() {
    const now = boxes(), here = new Set(now.map((box) => box.value));
    for (const value of chosen.keys()) if (!here.has(value)) chosen.delete(value);
    for (const box of now) {
      box.checked = chosen.has(box.value);
      box.closest("li").classList.toggle("is-chosen", box.checked);
    }
    mode.setAttribute("aria-pressed", String(isOn()));
    all.hidden = send.hidden = !isOn();
    all.disabled = now.length === 0;
    send.disabled = chosen.size === 0;
    send.querySelector("span").textContent = say(form.dataset.confirmThem, chosen.size);
    count.textContent = isOn() ? say(form.dataset.choosing, chosen.size) : "";
  }
  function setMode(on) {
    document.body.classList.toggle("ck-choosing", on);
    if (!on) chosen.clear();
    draw();
  }
  mode.addEventListener("click", () => setMode(!isOn()));
  all.addEventListener("click", () => { for (const box of boxes()) choose(box, true); draw(); });
  list.addEventListener("click", (e) => {
    const row = e.target.closest("li[data-row]"), box = row && row.querySelector("input[name=pick]");
    if (!box || !isOn() || e.target.closest(".ck-why,.ck-action")) return;
    if (e.target === box) { choose(box, box.checked); draw(); return; }
    e.preventDefault(); // neither the link nor the label: the whole row is one switch
    choose(box, !box.checked);
    draw();
  });
  form.addEventListener("htmx:configRequest", (e) => {
    e.detail.formData.delete("pick");
    for (const [value, id] of chosen) e.detail.formData.append("pick", `${value} ${id}`);
  });
  // Answered: what was refused is said above the list, and is another statement when it is tried again.
  form.addEventListener("htmx:afterRequest", (e) => { if (e.detail.successful) setMode(false); });
  form.addEventListener("ck:kept", () => setMode(false)); // no network: each waits on this device
  new MutationObserver(draw).observe(list, { childList: true });
  window.ck.chooseRow = (row) => {
    const box = row.querySelector("input[name=pick]");
    if (!box) return;
    if (!isOn()) setMode(true);
    choose(box, !chosen.has(box.value));
    draw();
  };
  draw();
})();
