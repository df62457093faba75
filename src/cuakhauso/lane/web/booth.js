// The booth's page follows its lane: parts that changed are swapped, acts are sent, a lost node locks the buttons.
"use strict";

const body = document.body;
const lane = body.dataset.lane;
const SILENT_AFTER = 3000; // ms without a beat; the node sends one each second
const known = new Map(); // part -> what the node last sent
let beaten = Date.now(), nodesTime = new Date().toISOString();
let isCut = false;
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
  if (old.dataset.part === "acts") outlived();
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
    nodesTime = event.data;
    isCut = false;
    clocks(new Date(nodesTime));
    lock();
  });
  source.addEventListener("gone", () => location.assign("/sign-in"));
  source.addEventListener("again", () => { source.close(); follow(); });
  source.onerror = () => {
    isCut = true;
    lock();
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
  };
}

const inHanoi = { timeZone: "Asia/Ho_Chi_Minh", hour12: false };
const toTheSecond = (moment) => new Date(moment).toLocaleTimeString("en-GB", inHanoi);

function clocks(now) {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    clock.textContent = now.toLocaleTimeString("en-GB", {
      timeZone: clock.dataset.clock, hour: "2-digit", minute: "2-digit",
    });
  }
}

// A barrier is never opened from a page that does not know what stands before it.
function lock() {
  const offline = isCut || Date.now() - beaten > SILENT_AFTER;
  if (offline === body.classList.contains("is-offline")) return;
  body.classList.toggle("is-offline", offline);
  for (const part of document.querySelectorAll("main, .devs, .acts")) part.inert = offline;
  const strip = document.getElementById("offline");
  const words = strip.querySelector("[data-since]");
  words.textContent = words.dataset.since.replace("{at}", toTheSecond(nodesTime));
  strip.hidden = !offline;
  fresh();
}
setInterval(lock, 500);

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
    if (opener.dataset.subject) form.elements.subject.value = opener.dataset.subject;
    if (opener.dataset.fill) form.elements.text.value = opener.dataset.fill;
    say(form, "");
  }
  sheet.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-act]")) return;
  event.preventDefault();
  if (!body.classList.contains("is-sending")) send(form);
});

// One tap at a time, with a name of its own: however often it is sent, it is done once. What had no answer is
// given up at the node, and only the node's word says what became of it.
const TRIED_FOR = 8000;
const ANSWER_WITHIN = 3000;

async function send(form) {
  if (body.classList.contains("is-offline")) return say(form, body.dataset.notSent);
  const tap = newName(), content = new URLSearchParams(new FormData(form));
  content.set("tap", tap);
  body.classList.add("is-sending");
  const waits = setTimeout(() => tell(form, "sending"), 400);
  try {
    told(form, await sent(form, content) ?? await givenUp(form, tap));
  } finally {
    clearTimeout(waits);
    body.classList.remove("is-sending");
  }
}

async function sent(form, content) {
  const ends = Date.now() + TRIED_FOR;
  while (Date.now() < ends) {
    const answer = await asked(form.action, content);
    if (answer) return answer;
    await pause(500);
  }
  return null;
}

async function givenUp(form, tap) {
  tell(form, "unheard");
  const content = new URLSearchParams({ act: form.elements.act.value, tap });
  const path = form.action.replace(/act$/, "give-up");
  for (;;) {
    const answer = await asked(path, content);
    if (answer) return answer;
    await pause(1000);
  }
}

async function asked(path, content) {
  try {
    const answer = await fetch(path, {
      method: "POST", body: content, headers: { accept: "application/json" },
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    if (answer.status === 401) location.assign("/sign-in");
    return answer.status < 500 ? await answer.json() : null;
  } catch {
    return null;
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Over plain http there is no crypto.randomUUID.
function newName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const tell = (form, what) => say(form, body.dataset[what].replace("{act}", form.dataset.name));

function told(form, { refused, words }) {
  if (form.elements.pin) form.elements.pin.value = "";
  if (refused) {
    say(form, words);
    if (refused === "changed_meanwhile") form.elements.seen.value = seenNow();
    return;
  }
  say(form, "");
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

// What was said stays until the lane is in another state; in the menu it stays for longer.
let saidAt = 0;
function outlived() {
  if (Date.now() - saidAt > 15000 && !body.classList.contains("is-sending")) document.getElementById("said").hidden = true;
}

function line(words, isRefused) {
  saidAt = Date.now();
  const said = document.getElementById("said");
  said.textContent = `${toTheSecond(nodesTime)} · ${words}`;
  said.classList.toggle("is-refused", isRefused);
  said.hidden = false;
}

// --- the picture ---------------------------------------------------------------------------------

// The next one is asked for when the last one is here: a slow network makes pictures fewer, never late. What is
// older than STALE is taken away: an old picture is worse than none.
const STALE = 3000;
const image = document.getElementById("picture");
let number = 0, moment = 0, taken = "";

async function follows() {
  for (;;) {
    const began = Date.now();
    if (!document.hidden) await next();
    fresh();
    await pause(Math.max(50, 200 - (Date.now() - began)));
  }
}

async function next() {
  try {
    const path = `/lane/${encodeURIComponent(lane)}/picture.jpg?after=${number}`;
    const answer = await fetch(path, { signal: AbortSignal.timeout(5000) });
    if (answer.status !== 200) return answer.status === 204 || pause(1000);
    const since = Date.now() - 1000 * Number(answer.headers.get("x-age"));
    const content = await answer.blob();
    number = Number(answer.headers.get("x-number"));
    moment = since;
    taken = toTheSecond(answer.headers.get("x-taken"));
    const old = image.src;
    image.src = URL.createObjectURL(content);
    if (old) URL.revokeObjectURL(old);
  } catch {
    await pause(500);
  }
}

function fresh() {
  if (!image) return;
  const figure = document.getElementById("figure");
  const isFresh = Date.now() - moment < STALE && !body.classList.contains("is-offline");
  image.hidden = !isFresh;
  document.getElementById("tag").hidden = !isFresh;
  document.getElementById("none").hidden = isFresh;
  document.getElementById("taken").textContent = taken;
  const words = taken ? figure.dataset.since.replace("{at}", taken) : figure.dataset.none;
  const none = document.querySelector("#none span");
  if (none.textContent !== words) none.textContent = words;
}

document.addEventListener("error", ({ target }) => {
  if (!target.matches?.("img[data-kept]")) return;
  const gone = document.createElement("span");
  gone.className = "gone";
  gone.textContent = body.dataset.gone;
  target.replaceWith(gone);
}, true);

for (const part of document.querySelectorAll("[data-part]")) known.set(part.dataset.part, part.outerHTML);
follow();
if (image) {
  follows();
  setInterval(fresh, 500);
}
