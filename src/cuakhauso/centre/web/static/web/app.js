// The pages' own script: clocks, the live dot, waiting times, the scan field, sheets, repeated blocks.
// No framework and no words: those stand in the data-say-… attributes of the body.
// What a page may use: data-clock, data-live, data-since, data-scan, data-opens, data-closes, data-confirm,
// data-repeat…, data-row + data-rev, data-needs-network. Each is explained where it is handled.
"use strict";
(() => {
  const body = document.body;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (key, values = {}) =>
    (body.getAttribute("data-say-" + key) || "").replace(/%\((\w+)\)s/g, (_, name) => values[name]);

  // Time is the server's: tablets' own clocks are often wrong.
  let ahead = Date.parse(body.dataset.now || "") - Date.now() || 0;
  const now = () => Date.now() + ahead;
  const pad = (n) => String(n).padStart(2, "0");
  const clockAt = (ms, offset) => {
    const there = new Date(ms + offset * 3600000);
    return pad(there.getUTCHours()) + ":" + pad(there.getUTCMinutes());
  };

  // data-clock="7": the time at that offset from UTC (Hanoi 7, Beijing 8).
  function tick() {
    for (const el of $$("[data-clock]")) {
      const text = clockAt(now(), Number(el.dataset.clock));
      if (el.textContent !== text) el.textContent = text;
    }
  }

  // <time data-since data-usual>: minutes waited, as formats.waited() writes them.
  function waited(ms) {
    const minutes = Math.max(0, Math.floor(ms / 60000));
    if (minutes <= 99) return [String(minutes), say("minute")];
    if (minutes < 1440) return [Math.floor(minutes / 60) + ":" + pad(minutes % 60), say("hour")];
    return [String(Math.floor(minutes / 1440)), say("day")];
  }
  function countWaits(root = document) {
    for (const el of $$("time[data-since]", root)) {
      const ms = now() - Date.parse(el.dataset.since);
      const [figure, unit] = waited(ms);
      const b = $("b", el), span = $("span", el);
      if (b && b.textContent !== figure) b.textContent = figure;
      if (span && span.textContent !== unit) span.textContent = unit;
      if (el.dataset.usual) el.classList.toggle("is-over", ms > Number(el.dataset.usual) * 60000);
    }
    // <div data-gauge="since" data-p90="45">: its pin goes on, placed as gauges.pin() does.
    for (const el of $$("[data-gauge]", root)) {
      const minutes = (now() - Date.parse(el.dataset.gauge)) / 60000, p90 = Number(el.dataset.p90);
      $(".ck-gauge-pin", el).setAttribute("x", (p90 ? Math.min(98, (75 * minutes) / p90) : 98) + "%");
      el.classList.toggle("is-over", Math.floor(minutes) > Math.floor(p90));
    }
  }

  // The live dot. A sign of life is an opened stream or any event; the server sends "beat" (data: its time).
  const STALE_AFTER = 10000;
  let lastSign = now(), everOpen = false, liveOpen = false;
  function signOfLife(event) {
    liveOpen = everOpen = true;
    const told = event && event.type === "beat" ? Date.parse(event.data) : NaN;
    if (!Number.isNaN(told)) ahead = told - Date.now();
    lastSign = now(); // by the corrected clock: a tablet that is an hour ahead would say "live" for an hour
    drawLive();
  }
  function drawLive() {
    const dot = $("[data-live]");
    if (!dot) return;
    const age = now() - lastSign;
    const stale = age > STALE_AFTER;
    dot.classList.toggle("is-stale", stale);
    dot.classList.toggle("is-waiting", !stale && !everOpen);
    const words = stale
      ? age < 120000
        ? say("stale", { age: Math.floor(age / 10000) * 10 })
        : say("stale-minutes", { age: Math.floor(age / 60000) })
      : say(everOpen ? "live" : "connecting");
    const text = $("span", dot);
    if (text && text.textContent !== words) text.textContent = words;
  }
  if (window.htmx) {
    htmx.createEventSource = (url) => {
      const source = new EventSource(url, { withCredentials: true });
      source.addEventListener("open", signOfLife);
      source.addEventListener("beat", signOfLife);
      source.addEventListener("message", signOfLife);
      source.addEventListener("error", () => { liveOpen = false; drawLive(); });
      return source;
    };
  }
  document.addEventListener("htmx:sseMessage", signOfLife);

  // The offline strip: since when, how old the page is. Nothing is sent while it stands.
  let offlineSince = null, loadedAt = now();
  function drawOffline() {
    const strip = $("#ck-offline");
    if (!strip) return;
    const off = navigator.onLine === false;
    if (off && offlineSince === null) offlineSince = now();
    if (!off) offlineSince = null;
    body.classList.toggle("is-offline", off);
    strip.hidden = !off;
    if (off) {
      const age = Math.floor((now() - Math.max(loadedAt, everOpen ? lastSign : 0)) / 60000);
      const words = say("offline", { time: clockAt(offlineSince, 7) }) + " " + say("offline-age", { age });
      const text = $("span", strip);
      if (text.textContent !== words) text.textContent = words;
    }
    for (const el of $$("[data-needs-network]")) el.disabled = off; // a barrier is never opened offline
  }
  addEventListener("online", drawOffline);
  addEventListener("offline", drawOffline);

  function failed(words) {
    const strip = $("#ck-failed");
    if (!strip) return;
    $("span", strip).textContent = words;
    strip.hidden = false;
  }
  const hideFailed = () => { const strip = $("#ck-failed"); if (strip) strip.hidden = true; };
  // "ck:unsent" asks whether somebody keeps what this form says until it can be sent; cancelled, it is kept.
  const isKept = (form, data) =>
    !!form && !form.dispatchEvent(new CustomEvent("ck:unsent", { bubbles: true, cancelable: true, detail: { form, data } }));
  const keptBy = (e) => isKept(e.target.closest && e.target.closest("form"), e.detail.requestConfig.formData);
  for (const lost of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(lost, (e) => { if (!keptBy(e)) failed(say(navigator.onLine ? "unreachable" : "not-sent")); });
  }
  const FAILURES = { 401: "signed-out", 403: "refused", 413: "too-large" };
  document.addEventListener("htmx:responseError", (e) => {
    const status = e.detail.xhr.status;
    if ((status === 401 || status > 500) && keptBy(e)) return;
    failed(say(FAILURES[status] || "failed"));
  });

  // A form is sent once; a second tap while it is on its way does nothing.
  function busy(form, on) {
    if (on) form.setAttribute("aria-busy", "true"); else form.removeAttribute("aria-busy");
  }
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if ((form.getAttribute("method") || "get").toLowerCase() === "dialog") return;
    if (form.getAttribute("aria-busy") === "true") { stop(e); return; }
    const off = navigator.onLine === false;
    if ((off || body.dataset.tapsWait) && isKept(form, new FormData(form, e.submitter))) { stop(e); return; }
    if (off) { stop(e); failed(say("not-sent")); return; }
    // data-confirm="…": asked once in a sheet before the form goes.
    if (form.dataset.confirm && !form.dataset.asked) {
      stop(e);
      const by = e.submitter;
      ask(form.dataset.confirm, () => { form.dataset.asked = "1"; form.requestSubmit(by || undefined); delete form.dataset.asked; });
      return;
    }
    clearToast();
    hideFailed();
    busy(form, true);
  }, true);
  function stop(e) { e.preventDefault(); e.stopImmediatePropagation(); }
  document.addEventListener("htmx:afterRequest", (e) => {
    const form = e.target.closest && e.target.closest("form");
    if (form) busy(form, false);
  });
  addEventListener("pageshow", () => $$("form[aria-busy]").forEach((form) => busy(form, false)));

  // Sheets: data-opens="id" opens a <dialog>, data-closes closes the one around it.
  function ask(words, then) {
    const sheet = $("#ck-confirm");
    if (!sheet) { then(); return; }
    $("#ck-confirm-words").textContent = words;
    $("[data-confirmed]", sheet).onclick = () => { sheet.close(); then(); };
    sheet.showModal();
  }
  document.addEventListener("htmx:confirm", (e) => {
    if (!e.detail.question) return;
    e.preventDefault();
    ask(e.detail.question, () => e.detail.issueRequest(true));
  });
  document.addEventListener("click", (e) => {
    const at = (selector) => e.target.closest && e.target.closest(selector);
    const opener = at("[data-opens]");
    if (opener) { const sheet = document.getElementById(opener.dataset.opens); if (sheet) sheet.showModal(); }
    if (at("[data-closes]")) at("dialog").close();
    if (e.target.nodeName === "DIALOG") e.target.close(); // a tap beside the sheet
    if (at("[data-dismiss-toast]")) clearToast();
    if (at("[data-dismiss-failed]")) hideFailed();
    if (at("[data-print]")) print();
    const copy = at("[data-copy]");
    if (copy && navigator.clipboard) navigator.clipboard.writeText(copy.dataset.copy);
    for (const menu of $$("details.ck-menu[open]")) if (!menu.contains(e.target)) menu.open = false;
    const add = at("[data-repeat-add]"), drop = at("[data-repeat-remove]");
    if (add || drop) e.preventDefault(); // without the script they are the form's own buttons
    if (add) addBlock(add.dataset.repeatAdd);
    if (drop) dropBlock(drop);
    later(focusScan);
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") for (const menu of $$("details.ck-menu[open]")) { menu.open = false; $("summary", menu).focus(); }
  });

  // The strip below stays until the next act; it covers nothing, the page makes room for it.
  function clearToast() { const strip = $("#ck-toast"); if (strip) strip.replaceChildren(); roomForToast(); }
  function roomForToast() {
    const strip = $("#ck-toast");
    body.classList.toggle("ck-has-toast", !!strip && strip.childElementCount > 0);
  }

  // data-scan: a field that has the focus whenever nothing else wants it; keys typed elsewhere go there.
  const typing = (el) => el && el.matches("input,textarea,select,[contenteditable]");
  function focusScan() {
    const scan = $("[data-scan]");
    const active = document.activeElement;
    if (!scan || $("dialog[open]") || $("details.ck-menu[open]") || typing(active)) return;
    if (active && active !== body && active.matches(":focus-visible") && active !== scan) return; // keyboard users
    scan.focus({ preventScroll: true });
  }
  const later = (act) => setTimeout(act, 0);
  document.addEventListener("keydown", (e) => {
    const scan = $("[data-scan]");
    if (!scan || e.key.length !== 1 || e.key === " " || e.ctrlKey || e.metaKey || e.altKey) return;
    if (!typing(document.activeElement) && !$("dialog[open]")) scan.focus({ preventScroll: true });
  });

  // What arrives while a finger is down waits until it has lifted, so that no row slips under it.
  let fingerDown = false, waiting = [];
  const down = () => { fingerDown = true; };
  const up = () => { fingerDown = false; setTimeout(catchUp, 250); };
  addEventListener("pointerdown", down, true);
  addEventListener("pointerup", up, true);
  addEventListener("pointercancel", up, true);
  function catchUp() {
    if (fingerDown) return;
    const held = waiting;
    waiting = [];
    for (const { target, html, style } of held) {
      if (!target.isConnected) continue;
      before();
      htmx.swap(target, html, { swapStyle: style }, { afterSettleCallback: after });
    }
  }
  const styleOf = (el) => {
    const holder = el.closest("[hx-swap]");
    return holder ? holder.getAttribute("hx-swap").split(" ")[0] : "innerHTML";
  };
  const targetOf = (el) => {
    const holder = el.closest("[hx-target]"), told = holder && holder.getAttribute("hx-target");
    return !told || told === "this" ? (told ? holder : el) : $(told) || el;
  };
  document.addEventListener("htmx:sseBeforeMessage", (e) => {
    if (!fingerDown) return;
    e.preventDefault();
    signOfLife();
    waiting.push({ target: targetOf(e.target), html: e.detail.data, style: styleOf(e.target) });
  });
  document.addEventListener("htmx:beforeSwap", (e) => {
    const cause = e.detail.requestConfig && e.detail.requestConfig.triggeringEvent;
    const asked = cause && /^(click|submit|change|input|keyup)$/.test(cause.type);
    if (!fingerDown || asked || !e.detail.shouldSwap) return;
    e.detail.shouldSwap = false;
    waiting.push({ target: e.detail.target, html: e.detail.xhr.responseText, style: styleOf(e.detail.elt) });
  });

  // data-row="id" data-rev="7": a row that is new or whose rev changed flashes once.
  let known = null;
  const rows = () => new Map($$("[data-row]").map((el) => [el.dataset.row, el.dataset.rev || ""]));
  function before() { known = rows(); }
  function after() {
    if (known) {
      for (const el of $$("[data-row]")) {
        if (known.get(el.dataset.row) !== (el.dataset.rev || "")) flash(el);
      }
    }
    known = null;
    countWaits();
    roomForToast();
    drawOffline();
    focusScan();
  }
  function flash(el) {
    el.classList.add("ck-new");
    setTimeout(() => el.classList.remove("ck-new"), 1300);
  }
  document.addEventListener("htmx:beforeSwap", before);
  document.addEventListener("htmx:sseBeforeMessage", before);
  document.addEventListener("htmx:afterSettle", after);

  // Repeated blocks of a form:
  //   <div data-repeat="goods"> <fieldset data-repeat-item> … name="goods-0-weight" … </fieldset> </div>
  //   <template data-repeat-template="goods"> the same with goods-__i__-… </template>
  //   <button type="button" data-repeat-add="goods">   <button type="button" data-repeat-remove>
  // A block may hold blocks: data-repeat="goods-0-lines", in the template goods-__i__-lines. Dots do as well
  // as dashes: goods.0.lines. Optional:
  // data-repeat-number (gets 1, 2, …), input[data-repeat-count="goods"] (gets the count), data-repeat-min.
  const NAMING = ["name", "id", "for", "list", "aria-describedby", "aria-labelledby", "data-repeat",
    "data-repeat-template", "data-repeat-add", "data-repeat-count"];
  const listOf = (prefix) => $$("[data-repeat]").find((el) => el.dataset.repeat === prefix);
  const itemsOf = (list) => [...list.children].filter((el) => el.hasAttribute("data-repeat-item"));
  function rename(root, prefix, index) {
    const old = new RegExp("(^|\\s|id_)" + prefix.replace(/[^\w-]/g, "\\$&") + "([-.])(?:\\d+|__i__)(?=[-.]|\\s|$)", "g");
    for (const el of [root, ...$$("*", root)]) {
      for (const attribute of NAMING) {
        const value = el.getAttribute && el.getAttribute(attribute);
        if (value) el.setAttribute(attribute, value.replace(old, `$1${prefix}$2${index}`));
      }
      if (el.nodeName === "TEMPLATE") for (const child of el.content.children) rename(child, prefix, index);
    }
  }
  function renumber(list) {
    const prefix = list.dataset.repeat, items = itemsOf(list);
    items.forEach((item, index) => {
      rename(item, prefix, index);
      const figure = $("[data-repeat-number]", item);
      if (figure) figure.textContent = index + 1;
    });
    const count = $$("[data-repeat-count]").find((el) => el.dataset.repeatCount === prefix);
    if (count) count.value = items.length;
    for (const item of items) {
      const drop = $("[data-repeat-remove]", item);
      if (drop) drop.hidden = items.length <= Number(list.dataset.repeatMin || 0);
    }
  }
  function addBlock(prefix) {
    const list = listOf(prefix);
    const template = $$("template").find((el) => el.dataset.repeatTemplate === prefix);
    if (!list || !template) return;
    const item = template.content.firstElementChild.cloneNode(true);
    list.append(item);
    renumber(list);
    if (window.htmx) htmx.process(item);
    item.dispatchEvent(new Event("change", { bubbles: true }));
    const first = $("input:not([type=hidden]),select,textarea", item);
    if (first) first.focus();
  }
  function dropBlock(button) {
    const item = button.closest("[data-repeat-item]"), list = item.parentElement;
    item.remove();
    renumber(list);
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Small screens, and bars with more links than fit: the menu shows the same links.
  const copyTo = $("[data-nav-copy]"), nav = $(".ck-nav");
  function fitNav() { body.classList.toggle("ck-nav-over", nav.scrollWidth > nav.clientWidth + 1); }
  if (copyTo && nav) {
    for (const link of $$("a", nav)) copyTo.append(link.cloneNode(true));
    fitNav();
    addEventListener("resize", fitNav);
    const here = $(".is-here", nav);
    if (here) nav.scrollLeft = Math.max(0, here.offsetLeft + here.offsetWidth - nav.clientWidth);
  }

  tick(); countWaits(); drawLive(); drawOffline(); roomForToast(); focusScan();
  $$("[data-repeat]").forEach(renumber);
  setInterval(() => { tick(); drawLive(); drawOffline(); }, 1000);
  setInterval(countWaits, 15000);
})();
