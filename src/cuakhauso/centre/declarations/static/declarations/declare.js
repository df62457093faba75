// The declaration form: which parts a kind of crossing shows, what is known already, and conflicts at their
// field while somebody types. The server decides all of it; without this script the form works all the same.
"use strict";
(() => {
  const form = document.getElementById("declare");
  const answer = document.getElementById("answer");
  if (!form || !answer) return;
  const $$ = (selector, root = form) => [...root.querySelectorAll(selector)];
  const field = (name) => form.elements.namedItem(name);

  // Parts and yards follow direction and gate. What is hidden keeps what was typed in it.
  function showParts() {
    const kind = field("kind").value;
    for (const part of $$("[data-kinds]")) part.hidden = !part.dataset.kinds.split(" ").includes(kind);
  }
  function showYards() {
    const yard = field("yard"), gate = field("gate").value;
    const gates = JSON.parse(yard.dataset.byGate);
    for (const option of yard.options) {
      const elsewhere = option.value !== "" && gate !== "" && gates[option.value] !== gate;
      option.hidden = option.disabled = elsewhere;
      if (elsewhere && option.selected) yard.value = "";
    }
  }

  // Empty fields are only spoken of once somebody was there and left them empty.
  const touched = new Set($$("[aria-invalid=true]").map((el) => el.name));
  let fresh = true; // nothing was typed since the server last answered
  form.addEventListener("focusout", (e) => {
    if (e.target.name && e.target.matches("input,select,textarea") && !touched.has(e.target.name)) {
      touched.add(e.target.name);
      if (e.target.getAttribute("aria-required") && !e.target.value.trim()) {
        e.target.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  });
  form.addEventListener("input", (e) => { fresh = false; unknown(e.target); });
  form.addEventListener("change", (e) => {
    fresh = false;
    if (e.target.name) touched.add(e.target.name);
    showParts(); // also those of a block that was just added
    if (e.target.name === "gate") showYards();
    if (e.target.dataset.knows !== undefined && e.isTrusted) fillKnown(e.target);
    limitBlocks();
  });
  answer.addEventListener("htmx:configRequest", (e) => { e.detail.parameters.touched = [...touched].join(" "); });
  document.addEventListener("htmx:afterSwap", (e) => { if (e.target === answer) { fresh = true; draw(); } });

  // The server's sentences at their fields.
  const drawnError = document.getElementById("error-at-field").content;
  function draw() {
    const said = new Map($$("[data-speaking] [data-field]", answer).map((p) => [p.dataset.field, p.textContent]));
    for (const el of $$(".ck-fld :is(input,select,textarea)")) {
      const sentence = said.get(el.name), box = el.closest(".ck-fld");
      let shown = box.querySelector("[role=alert]");
      if (sentence && !shown) {
        shown = drawnError.firstElementChild.cloneNode(true);
        shown.id = el.id + "-error";
        el.insertAdjacentElement("afterend", shown);
      }
      if (sentence) {
        const words = shown.querySelector("span");
        if (words.textContent !== sentence) words.textContent = sentence;
      } else if (shown) shown.remove();
      describe(el, box, Boolean(sentence));
    }
    for (const button of document.querySelectorAll("[data-send]")) {
      button.classList.toggle("is-short", button.closest(".ck-ready") !== null && button.dataset.left !== "0");
    }
  }
  function describe(el, box, wrong) {
    const parts = [wrong ? el.id + "-error" : "", box.querySelector(".ck-hint:not([role])") ? el.id + "-hint" : ""];
    const described = parts.filter(Boolean).join(" ");
    if (described) el.setAttribute("aria-describedby", described); else el.removeAttribute("aria-describedby");
    if (wrong) el.setAttribute("aria-invalid", "true"); else el.removeAttribute("aria-invalid");
    el.classList.toggle("is-bad", wrong);
    const known = el.dataset.known !== undefined || el.classList.contains("is-known");
    if (known) el.dataset.known = "";
    box.classList.toggle("is-known", known && !wrong);
    el.classList.toggle("is-known", known && !wrong);
  }

  // To the field that a link names; a folded part opens.
  function go(name) {
    const el = field(name) || $$(`[name^="${CSS.escape(name)}"]`)[0];
    if (!el) return false;
    for (let at = el.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    el.focus();
    el.scrollIntoView({ block: "center" });
    return true;
  }
  document.addEventListener("click", (e) => {
    const link = e.target.closest("[data-to-field]");
    if (link && go(link.dataset.toField)) e.preventDefault();
    const send = e.target.closest("[data-send],.ck-default");
    if (!send || !fresh) return;
    const first = answer.querySelector(".ck-ready [data-to-field]");
    if (first) {
      e.preventDefault();
      for (const open of $$(".ck-ready [data-to-field]", answer)) touched.add(open.dataset.toField);
      go(first.dataset.toField);
      htmx.trigger(answer, "again");
    }
  });

  // What was declared before of this vehicle or driver fills what is still empty, tinted with its source.
  async function fillKnown(el) {
    const asked = el.name.endsWith("plate") ? "plate" : "driver";
    if (!el.value.trim()) return;
    const about = new URLSearchParams({ [asked]: el.value, for: field("for").value });
    let told;
    try {
      const got = await fetch(`${form.dataset.known}?${about}`, { headers: { Accept: "application/json" } });
      if (!got.ok) return;
      told = await got.json();
    } catch { return; } // it only saves typing
    let filled = false;
    for (const [name, value] of Object.entries(told.fields)) {
      const target = field(el.dataset.knows + name);
      if (!target || target.value.trim() || target === document.activeElement) continue; // never under a pen
      target.value = value;
      tint(target, told.source);
      filled = true;
    }
    if (filled) form.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const drawnSource = document.getElementById("source-at-field").content;
  function tint(el, words) {
    const box = el.closest(".ck-fld");
    el.classList.add("is-known");
    el.dataset.known = "";
    box.classList.add("is-known");
    let hint = box.querySelector(".ck-hint:not([role])");
    if (!hint) { hint = drawnSource.firstElementChild.cloneNode(true); box.append(hint); }
    hint.id = el.id + "-hint";
    hint.querySelector("span").textContent = words;
    describe(el, box, false);
  }
  function unknown(el) {
    if (el.dataset.known === undefined && !el.classList.contains("is-known")) return;
    delete el.dataset.known;
    el.classList.remove("is-known");
    const box = el.closest(".ck-fld");
    box.classList.remove("is-known");
    const hint = box.querySelector(".ck-hint:not([role])");
    if (hint && hint.querySelector("svg")) hint.remove();
    describe(el, box, el.getAttribute("aria-invalid") === "true");
  }

  function limitBlocks() {
    for (const list of $$("[data-repeat-most]")) {
      const add = $$("[data-repeat-add]").find((button) => button.dataset.repeatAdd === list.dataset.repeat);
      if (add) add.hidden = list.querySelectorAll(":scope > [data-repeat-item]").length >= Number(list.dataset.repeatMost);
    }
  }

  showParts();
  showYards();
  limitBlocks();
})();
