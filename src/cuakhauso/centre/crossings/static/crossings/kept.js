// Taps that met a bad network: kept on this device, sent later in their order, each exactly once by its own id.
// #ck-kept lists them: what waits, what was taken since and what was refused. No words: those stand in its data-….
// What app.js asks before it says "not sent": a cancelled "ck:unsent" event means that the tap is kept here.
"use strict";
(() => {
  const strip = document.getElementById("ck-kept");
  if (!strip || !window.indexedDB) return;
  const me = strip.dataset.who, say = (key, values = {}) =>
    (strip.getAttribute("data-" + key) || "").replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const PATIENCE = 10000, FOR_PHOTOS = 120000, AGAIN = 15000;
  const patience = (values) => ([...values].some((value) => value instanceof Blob && value.size) ? FOR_PHOTOS : PATIENCE);

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("cuakhauso-kept", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("taps", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  async function store(mode, act) {
    const change = (await opened).transaction("taps", mode, mode === "readwrite" ? { durability: "strict" } : {});
    const asked = act(change.objectStore("taps"));
    return new Promise((resolve, reject) => {
      change.oncomplete = () => resolve(asked.result);
      change.onerror = change.onabort = () => reject(change.error);
    });
  }
  const put = (tap) => store("readwrite", (taps) => taps.put(tap));
  const drop = (id) => store("readwrite", (taps) => taps.delete(id));
  const mine = async () =>
    (await store("readonly", (taps) => taps.getAll())).filter((tap) => tap.who === me).sort((a, b) => a.pressed - b.pressed);

  // What a form says, kept. A tick of several is one tap for each vehicle.
  const TOKENS = new Set(["csrfmiddlewaretoken", "id", "sheet", "pick"]);
  function tapsOf(form, data) {
    const fields = [...data].filter(([name, value]) => !TOKENS.has(name) && (typeof value === "string" || value.size)); // photos too
    const label = (data.get("step") && button(form)) || title(form) || button(form);
    if (form.id === "several") {
      return data.getAll("pick").map((pick) => {
        const [crossing, step, id] = pick.split(" ");
        return { id: id || window.ck.uuid7(), url: `/crossings/${crossing}/confirm/`, fields: [["step", step]], label: say("confirm"), plate: plateOf(crossing) };
      });
    }
    const crossing = form.getAttribute("action").split("/")[2];
    return [{ id: data.get("id") || window.ck.uuid7(), url: form.getAttribute("action"), fields, label, plate: plateOf(crossing) }];
  }
  const words = (el) => (el && el.firstChild ? el.firstChild.textContent.trim() : "");
  const button = (form) => words(form.querySelector("button span"));
  const title = (form) => { const sheet = form.closest("dialog"); return sheet ? words(sheet.querySelector("h2,h1")) : ""; };
  function plateOf(crossing) {
    const row = document.querySelector(`[data-row="${crossing}"] .ck-plate`) || document.querySelector(".ck-on-crossing .ck-plate");
    return row ? row.textContent.trim().replace(/\s+/g, " ") : "";
  }
  const isAct = (form) => form && (form.id === "several" || /^\/crossings\/[^/]+\/[a-z-]+\/$/.test(form.getAttribute("action") || ""));
  function keep(form, data) {
    const pressed = window.ck.now();
    const taps = tapsOf(form, data).map((tap, at) => ({ ...tap, who: me, pressed: pressed + at, state: "waits" }));
    Promise.all(taps.map(put)).then(() => {
      const sheet = form.closest("dialog");
      if (sheet) sheet.close();
      const own = form.querySelector("[data-fact-id]");
      if (own) own.value = ""; // what is tapped next is another statement
      if (form.id === "several") form.dispatchEvent(new Event("ck:kept"));
      draw();
      soon();
    }, () => say("full") && alert(say("full")));
  }
  document.addEventListener("ck:unsent", (e) => {
    const { form, data } = e.detail;
    if (!isAct(form)) return;
    e.preventDefault();
    keep(form, data);
  });
  // A form that the stream has replaced meanwhile is in no page any more: it says itself that it was lost.
  const heard = new WeakSet();
  document.addEventListener("htmx:configRequest", (e) => {
    const form = e.target.closest("form");
    if (!isAct(form)) return;
    e.detail.timeout = patience(new FormData(form).values());
    if (heard.has(form)) return;
    heard.add(form);
    for (const lost of ["htmx:sendError", "htmx:timeout"]) {
      form.addEventListener(lost, (told) => { if (!form.isConnected) keep(form, told.detail.requestConfig.formData); });
    }
  });

  // One tab sends at a time, one tap after the other; a tap that could not be sent holds those behind it.
  let timer = 0, ended = false;
  function soon(wait = 0) { clearTimeout(timer); timer = setTimeout(run, wait); }
  function run() {
    if (navigator.onLine === false) return;
    if (!navigator.locks) { sendAll(); return; }
    navigator.locks.request("ck-kept", { ifAvailable: true }, (lock) => (lock ? sendAll() : soon(AGAIN)));
  }
  async function sendAll() {
    for (const tap of (await mine()).filter((one) => one.state === "waits")) {
      if (!(await send(tap))) { draw(); if (!ended) soon(AGAIN); return; }
      await draw();
    }
  }
  async function send(tap) {
    const body = new FormData();
    for (const [name, value] of [...tap.fields, ["id", tap.id], ["pressed_at", Math.round(tap.pressed)], ["pressed_by", tap.who]]) body.append(name, value);
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    let answer, said;
    try {
      answer = await fetch(tap.url, {
        method: "POST", body, credentials: "same-origin", signal: AbortSignal.timeout(patience(body.values())),
        headers: { "X-CSRFToken": token, "X-Kept-Tap": "1" },
      });
      if (answer.status === 200) said = await answer.json();
    } catch { return false; }
    ended = answer.status === 401 || answer.status === 403; // signed out, or somebody else since
    const final = answer.status >= 400 && answer.status < 500 && ![401, 403, 408, 429].includes(answer.status);
    if (final) said = { taken: false, reasons: [say("failed")] };
    if (!said) return false;
    await put({ ...tap, state: said.taken ? "taken" : "refused", said: said.said, reasons: said.reasons, received: window.ck.now() });
    return true;
  }

  // What is seen: how many wait, and each with its times; a refusal stays until somebody has read it.
  const clock = (ms) => new Date(ms + 7 * 3600000).toISOString().slice(11, 16);
  function line(tap) {
    const item = document.createElement("li"), link = document.createElement("a"), times = document.createElement("span");
    link.href = tap.url.split("/").slice(0, 3).join("/") + "/";
    link.textContent = [tap.plate, tap.said || tap.label].filter(Boolean).join(" · ");
    times.className = "ck-2 ck-s";
    times.textContent = say("times-" + tap.state, { pressed: clock(tap.pressed), received: tap.received ? clock(tap.received) : "" });
    item.append(link, times);
    for (const reason of tap.reasons || []) { const why = document.createElement("b"); why.textContent = reason; item.append(why); }
    if (tap.state === "refused") { const next = document.createElement("span"); next.textContent = say("next"); item.append(next); }
    item.className = "is-" + tap.state;
    return item;
  }
  async function draw() {
    const taps = await mine(), waits = taps.filter((tap) => tap.state === "waits");
    strip.hidden = taps.length === 0;
    if (waits.length) document.body.dataset.tapsWait = "1"; else delete document.body.dataset.tapsWait; // behind them
    strip.classList.toggle("is-refused", taps.some((tap) => tap.state === "refused"));
    const head = waits.length ? say(ended ? "signed-out" : "waits", { count: waits.length }) : say("sent");
    strip.querySelector("[data-kept-head]").textContent = head;
    strip.querySelector("ul").replaceChildren(...taps.map(line));
    strip.querySelector("[data-kept-close]").hidden = waits.length > 0;
    mark(waits);
  }
  // A form whose tap waits says so and is not tapped again.
  function mark(waits) {
    const steps = new Set(waits.map((tap) => tap.url + new Map(tap.fields).get("step")));
    for (const form of document.querySelectorAll("form.ck-action")) {
      const step = form.elements.step, waiting = !!step && steps.has(form.getAttribute("action") + step.value);
      form.classList.toggle("is-kept", waiting);
      for (const one of form.querySelectorAll("button")) if (waiting || one.dataset.kept) { one.disabled = waiting; one.dataset.kept = waiting ? "1" : ""; }
    }
  }
  strip.querySelector("[data-kept-close]").addEventListener("click", async () => {
    for (const tap of await mine()) if (tap.state !== "waits") await drop(tap.id);
    draw();
  });
  addEventListener("online", () => soon());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  document.addEventListener("htmx:afterSettle", draw);
  draw().then(() => soon());
})();
