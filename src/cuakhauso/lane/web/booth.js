// The booth's page follows its lane: parts that changed are swapped, acts are sent, a lost node locks the buttons.
"use strict";

const body = document.body;
const lane = body.dataset.lane;
const SILENT_AFTER = 4000; // ms without a beat; the node sends one each second
const known = new Map(); // part -> what the node last sent
let beaten = Date.now();
let waiting = null; // what came while a finger was down

// --- the live view -------------------------------------------------------------------------------

function show(html) {
  const sent = new DOMParser().parseFromString(html, "text/html");
  for (const part of sent.querySelectorAll("[data-part]")) {
    const name = part.dataset.part;
    if (known.get(name) === part.outerHTML) continue;
    known.set(name, part.outerHTML);
    for (const old of document.querySelectorAll(`[data-part="${name}"]`)) swap(old, part.cloneNode(true));
  }
  lock();
}

function swap(old, fresh) {
  const key = old.contains(document.activeElement) && document.activeElement.dataset.key;
  old.replaceWith(fresh);
  if (key) fresh.querySelector(`[data-key="${key}"]`)?.focus();
}

// A button must not change under a finger: what comes meanwhile waits until it lifts.
let down = false;
addEventListener("pointerdown", () => { down = true; });
for (const lifted of ["pointerup", "pointercancel"]) {
  addEventListener(lifted, () => setTimeout(() => {
    down = false;
    if (waiting !== null) show(waiting);
    waiting = null;
  }, 0));
}

function follow() {
  const source = new EventSource(`/lane/${encodeURIComponent(lane)}/live`);
  source.addEventListener("view", (event) => {
    const { html } = JSON.parse(event.data);
    if (down) waiting = html; else show(html);
  });
  source.addEventListener("beat", (event) => {
    beaten = Date.now();
    clocks(new Date(event.data));
    lock();
  });
  source.addEventListener("gone", () => location.assign("/sign-in"));
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
  };
}

function clocks(now) {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    clock.textContent = now.toLocaleTimeString("en-GB", {
      timeZone: clock.dataset.clock, hour: "2-digit", minute: "2-digit",
    });
  }
}

// A barrier is never opened from a page that does not know what stands before it.
function lock() {
  const offline = Date.now() - beaten > SILENT_AFTER;
  body.classList.toggle("is-offline", offline);
  document.getElementById("offline").hidden = !offline;
}
setInterval(lock, 1000);

// --- acts ----------------------------------------------------------------------------------------

const seenNow = () => document.querySelector('[data-part="acts"]').dataset.seen;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) opens(opener);
  event.target.closest("[data-closes]")?.closest("dialog").close();
});

function opens(opener) {
  const sheet = document.getElementById(opener.dataset.opens);
  const form = sheet.querySelector("form[data-act]");
  if (form) {
    form.elements.seen.value = seenNow();
    if (opener.dataset.fill) form.elements.text.value = opener.dataset.fill;
    say(form, "");
  }
  sheet.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-act]")) return;
  event.preventDefault();
  if (!form.dataset.sending) send(form);
});

async function send(form) {
  if (body.classList.contains("is-offline")) return say(form, body.dataset.notSent);
  form.dataset.sending = "1";
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" },
      signal: AbortSignal.timeout(10000),
    });
    if (answer.status === 401) return location.assign("/sign-in");
    told(form, await answer.json());
  } catch {
    say(form, body.dataset.notSent);
  } finally {
    delete form.dataset.sending;
  }
}

function told(form, { refused, words }) {
  if (form.elements.pin) form.elements.pin.value = "";
  if (refused) {
    say(form, words);
    if (refused === "changed_meanwhile") form.elements.seen.value = seenNow();
    return;
  }
  const sheet = form.closest("dialog");
  if (sheet) { form.reset(); sheet.close(); }
  line(words, false);
}

// A refusal stands beside what was typed, which stays; of a single button, on the line above.
function say(form, words) {
  const place = form.querySelector("[data-refused]");
  if (!place) return words && line(words, true);
  place.textContent = words;
  place.hidden = !words;
  if (words) place.scrollIntoView({ block: "nearest" });
}

function line(words, isRefused) {
  const said = document.getElementById("said");
  said.textContent = words;
  said.classList.toggle("is-refused", isRefused);
  said.hidden = false;
}

// --- the picture ---------------------------------------------------------------------------------

const image = document.getElementById("picture");
const taken = document.getElementById("taken");

async function picture() {
  try {
    const answer = await fetch(`/lane/${encodeURIComponent(lane)}/picture.jpg`, { signal: AbortSignal.timeout(5000) });
    if (answer.status !== 200) throw new Error("no picture");
    const old = image.src;
    image.src = URL.createObjectURL(await answer.blob());
    if (old) URL.revokeObjectURL(old);
    image.hidden = false;
    taken.textContent = new Date().toLocaleTimeString("en-GB", { timeZone: "Asia/Ho_Chi_Minh" });
  } catch {
    image.hidden = true; // an old picture is worse than none
    taken.textContent = taken.dataset.none;
  }
  setTimeout(picture, 1000);
}

for (const part of document.querySelectorAll("[data-part]")) known.set(part.dataset.part, part.outerHTML);
follow();
picture();
