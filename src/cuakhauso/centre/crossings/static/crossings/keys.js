// Work without a mouse: keys press what the page shows with aria-keyshortcuts, arrows walk through the list,
// letters typed on a vehicle's page look for the next one. No words: those stand in the page.
(() => {
  "use strict";
  const $ = (what, within = document) => within.querySelector(what);
  const $$ = (what, within = document) => [...within.querySelectorAll(what)];
  const typing = (el) => el && el.matches("input:not([type=checkbox]),textarea,select,[contenteditable]");
  const sheet = () => $$("dialog[open]").pop();

  // A row's own act is pressed only where the row has the focus: no key acts on a vehicle nobody chose.
  function scope() {
    const open = sheet(), row = document.activeElement && document.activeElement.closest("[data-row]");
    return open ? [open] : row ? [row, ...$$("#ck-toast")] : $$(".ck-acts, #ck-toast, #refusal");
  }
  function press(key) {
    const found = scope().flatMap((part) => $$(`[aria-keyshortcuts="${key}"]`, part)).find((one) => one.checkVisibility());
    if (found) found.click();
    return !!found;
  }

  // In a sheet of reasons the figures choose; Tab and Enter do as well.
  function choose(n) {
    const reason = $$(".ck-reasons button", sheet())[n - 1];
    if (reason && reason.getAttribute("aria-disabled") !== "true") reason.click();
    return !!reason;
  }

  function walk(step) {
    const rows = $$("#worklist .ck-open, .ck-list .ck-open");
    if (!rows.length) return false;
    const row = document.activeElement && document.activeElement.closest("[data-row]");
    const at = row ? rows.indexOf($(".ck-open", row)) : step > 0 ? -1 : rows.length;
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    next.focus({ focusVisible: true });
    next.closest("[data-row]").scrollIntoView({ block: "nearest" });
    return true;
  }

  const typed = $("[data-typed]"), field = typed && $("input", typed);
  function type() {
    typed.hidden = false;
    field.focus({ preventScroll: true });
  }
  function untype() {
    typed.hidden = true;
    field.value = "";
    field.blur();
  }
  if (field) field.addEventListener("blur", () => { if (!field.value) typed.hidden = true; });

  function help() {
    const keys = $("#keys");
    if (keys && !sheet()) keys.showModal();
    return !!keys;
  }
  const isHelp = (e) => e.key === "F1" || (e.key === "?" && !(typing(document.activeElement) && document.activeElement.value));
  const isPlain = (e) => !e.ctrlKey && !e.metaKey && !e.altKey;

  document.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || !isPlain(e) || e.isComposing) return;
    const active = document.activeElement, inField = typing(active) && active.value !== "";
    let done = false;
    if (isHelp(e)) done = help();
    else if (/^F\d+$/.test(e.key)) done = press(e.key);
    else if (/^[1-9]$/.test(e.key) && sheet() && !typing(active)) done = choose(Number(e.key));
    else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && !inField && !sheet()) done = walk(e.key === "ArrowDown" ? 1 : -1);
    else if (e.key === "Escape" && field && active === field) { untype(); done = true; }
    else if (e.key === "Escape" && !sheet() && !inField) { const back = $("a.ck-back"); if (back) { back.click(); done = true; } }
    else if (field && e.key.length === 1 && e.key !== " " && !typing(active) && !sheet()) type(); // the letter goes into it
    if (done) e.preventDefault();
  }, true);
  document.addEventListener("click", (e) => { if (e.target.closest("[data-keys]")) help(); });
})();
