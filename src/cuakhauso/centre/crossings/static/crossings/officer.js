// The officers' pages: ids of facts, sheets that open when they have come, refusals that stay, the camera.
// data-fact-id · data-sets · #sheets · .ck-why / #refusal · data-camera. No words: those stand in the page.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // The device's clock may be wrong: what counts is the server's, as it was when the page was drawn.
  const ahead = Date.parse(document.body.dataset.now || "") - Date.now() || 0;

  // A scan is answered with the vehicle's page at once: from then on the page is at its own address.
  const own = $('link[rel="canonical"]');
  if (own) history.replaceState(null, "", own.getAttribute("href"));

  // A fact's id is made here, once a form: sent again after a lost answer, it changes nothing.
  function uuid7() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let now = Date.now();
    for (let at = 5; at >= 0; at--) { bytes[at] = now % 256; now = Math.floor(now / 256); }
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
  window.ck = { uuid7, now: () => Date.now() + ahead }; // what the officers' other scripts use of this one
  function giveId(form) {
    const field = $("[data-fact-id]", form);
    if (field && !field.value) field.value = uuid7();
    return field;
  }
  document.addEventListener("submit", (e) => giveId(e.target), true);
  document.addEventListener("htmx:configRequest", (e) => {
    const form = e.target.closest("form"), field = form && giveId(form);
    if (field) e.detail.parameters[field.name] = field.value;
  });
  // Refused or changed since: what is asked next is another statement.
  document.addEventListener("input", (e) => {
    const form = e.target.closest("form"), field = form && $("[data-fact-id]", form);
    if (field && field !== e.target) field.value = "";
  });
  document.addEventListener("htmx:responseError", forget);
  document.addEventListener("htmx:afterRequest", (e) => { if (e.detail.xhr && e.detail.xhr.status) forget(e); });
  function forget(e) {
    const form = e.target.closest && e.target.closest("form"), field = form && $("[data-fact-id]", form);
    if (field) field.value = "";
  }
  // data-sets="name" data-value: a button that fills another field before its form goes.
  document.addEventListener("click", (e) => {
    const button = e.target.closest("[data-sets]");
    if (button) button.form.elements[button.dataset.sets].value = button.dataset.value;
  }, true);

  // data-most: a file that is larger is taken out before anything is sent, and why is said beside it.
  document.addEventListener("change", (e) => {
    const field = e.target, most = Number(field.dataset && field.dataset.most);
    if (!most) return;
    const large = [...field.files].some((file) => file.size > most);
    if (large) field.value = "";
    document.getElementById(field.getAttribute("aria-describedby")).hidden = !large;
  });

  // A sheet is fetched, then shown; when its act is done the answer takes it away.
  document.addEventListener("htmx:afterSettle", (e) => {
    const sheets = $("#sheets");
    if (!sheets || e.target !== sheets) return;
    const sheet = $("dialog", sheets);
    if (sheet && !sheet.open) sheet.showModal();
  });

  // Why something was refused stays beside its row until it is closed, whatever the stream brings.
  const kept = new Map();
  const list = $("#worklist"), refusal = $("#refusal");
  function keep() {
    for (const place of $$(".ck-why", list)) {
      if (place.firstElementChild) kept.set(place.id, [...place.children].map((child) => child.cloneNode(true)));
    }
    for (const [id, nodes] of kept) {
      const place = document.getElementById(id);
      if (place && !place.firstElementChild) place.append(...nodes.map((node) => node.cloneNode(true)));
      if (!place && refusal && !$(`[data-for="${id}"]`, refusal)) {
        const box = document.createElement("div");
        box.dataset.for = id;
        box.append(...nodes.map((node) => node.cloneNode(true)));
        refusal.append(box);
      }
      if (place && refusal) for (const box of $$(`[data-for="${id}"]`, refusal)) box.remove();
    }
  }
  function drop(id) {
    kept.delete(id);
    const place = document.getElementById(id);
    if (place) place.replaceChildren();
    if (refusal) for (const box of $$(`[data-for="${id}"]`, refusal)) box.remove();
  }
  if (list) {
    new MutationObserver(keep).observe(list, { childList: true, subtree: true });
    document.addEventListener("htmx:oobErrorNoTarget", (e) => {
      const told = e.detail.content;
      const id = "why-" + ((told && told.getAttribute && told.getAttribute("hx-swap-oob")) || "").split("#why-")[1];
      if (id !== "why-undefined") { kept.set(id, [...told.children].map((child) => child.cloneNode(true))); keep(); }
    });
    document.addEventListener("submit", (e) => {
      const row = e.target.closest("[data-row]");
      if (row) drop("why-" + row.dataset.row);
    }, true);
  }
  document.addEventListener("click", (e) => {
    if (!e.target.closest("[data-dismiss-why]")) return;
    const place = e.target.closest(".ck-why"), box = e.target.closest("[data-for]");
    if (place || box) drop(place ? place.id : box.dataset.for);
    else e.target.closest("#refusal").replaceChildren();
  });

  // The camera reads codes where the browser can; where it only shows the picture, the platform reads them; and
  // where there is no camera, the button says so.
  const button = $("[data-camera]"), scan = $("[data-scan]");
  const able = navigator.mediaDevices && navigator.mediaDevices.getUserMedia;
  if (button && scan && able) {
    button.removeAttribute("aria-disabled");
    const why = $("[data-camera-why]", button);
    if (why) why.remove();
    button.addEventListener("click", look);
  }
  const KINDS = ["qr_code", "code_128", "code_39"], WIDE = 960;
  async function detector() {
    const known = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
    return known.includes("qr_code") ? new BarcodeDetector({ formats: KINDS.filter((one) => known.includes(one)) }) : { detect: ask };
  }
  async function ask(video) {
    const sheet = document.createElement("canvas"), part = Math.min(1, WIDE / video.videoWidth);
    sheet.width = Math.round(video.videoWidth * part);
    sheet.height = Math.round(video.videoHeight * part);
    sheet.getContext("2d").drawImage(video, 0, 0, sheet.width, sheet.height);
    const picture = await new Promise((done) => sheet.toBlob(done, "image/jpeg", 0.7));
    const headers = { "Content-Type": "image/jpeg", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    try {
      const answer = await fetch(button.dataset.reads, { method: "POST", body: picture, headers });
      const { text } = answer.ok ? await answer.json() : { text: "" };
      return text ? [{ rawValue: text }] : [];
    } catch { return []; } // no network for a moment: the next picture
  }
  async function look() {
    const sheet = document.createElement("dialog"), video = document.createElement("video");
    sheet.className = "ck-sheet ck-camera";
    video.playsInline = video.muted = true;
    sheet.append(video);
    document.body.append(sheet);
    let stream;
    sheet.addEventListener("close", () => { if (stream) stream.getTracks().forEach((t) => t.stop()); sheet.remove(); });
    sheet.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      const eye = await detector();
      while (sheet.open) {
        const found = await eye.detect(video);
        if (found.length) { sheet.close(); scan.value = found[0].rawValue; scan.form.requestSubmit(); return; }
        await new Promise((go) => setTimeout(go, 150));
      }
    } catch { sheet.close(); button.setAttribute("aria-disabled", "true"); }
  }
})();
