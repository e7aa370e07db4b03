// The page of a desk: what has changed is drawn anew by the server and put in its place here;
// clocks, countdowns, the horn and the keys run here. It must not keep or compute anything of the
// line, and must not let a page look current when the desk is silent.

import { awake, play, ring, wake } from "./horn.js";

const STALE_MS = 5000;
const LOST_MS = 10000;
const WAITING_FLASH = '.msg[data-precedence="FLASH"][data-open="1"][data-ours="0"]';
const body = document.body;
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

let drawn = performance.now();
let clock = Number(body.dataset.now ?? 0) * 1000 - performance.now();
let beat = performance.now();
let up = true;
let number = body.dataset.number;
let fetching = false;
let again = false;
let lostRung = 0;

// --- What the desk says ----------------------------------------------------------------------

function heard({ kind, data }) {
  const [newest, state, now] = data.split(" ");
  beat = performance.now();
  up = state === "up";
  clock = Number(now) * 1000 - performance.now();
  if (kind === "changed" && newest !== number) refresh();
}

function listen() {
  if (window.SharedWorker) {
    const worker = new SharedWorker("/static/stream.js");
    worker.port.onmessage = (event) => heard(event.data);
    addEventListener("pagehide", () => worker.port.postMessage("gone"));
    return;
  }
  const source = new EventSource("/events");
  for (const kind of ["changed", "beat"]) {
    source.addEventListener(kind, (event) => heard({ kind, data: event.data }));
  }
}

/** Draw the page anew from the record. What was missed is in it: a page is a state, not a sum. */
async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Signed out meanwhile, released, or the station is gone: the whole page is another one.
    if (answer.redirected || Boolean(one(".desk", page)) !== Boolean(one(".desk"))) {
      if (!dirty(document)) location.replace(answer.url);
      return;
    }
    drawn = performance.now();
    number = page.body.dataset.number;
    body.className = page.body.className;
    document.title = page.title;
    for (const part of all("[data-part]", page)) {
      if (!part.parentElement.closest("[data-part]")) put(part);
    }
    settle();
  } catch {
    // The next beat says whether the desk is there; until then the page is marked as stale.
    number = "";
  } finally {
    fetching = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

/** Put one part of a new page in the place of the old one. */
function put(part) {
  const old = document.getElementById(part.id);
  if (!old) return;
  if (part.id === "flow") {
    putFlow(old, part);
  } else if (!same(old, part) && !dirty(old)) {
    old.replaceWith(part);
  }
}

/** Put what is new into the conversation, and keep the place that is being read. */
function putFlow(old, part) {
  const atEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 40;
  let place = old.firstElementChild;
  let flash = false;
  for (const fresh of [...part.children]) {
    const known = fresh.id && document.getElementById(fresh.id);
    flash ||= !known && fresh.matches(WAITING_FLASH);
    if (known && known === place && same(known, fresh)) {
      place = place.nextElementSibling;
      continue;
    }
    if (known) {
      if (known === place) place = place.nextElementSibling;
      known.remove();
    }
    old.insertBefore(fresh, place);
  }
  while (place) {
    const next = place.nextElementSibling;
    place.remove();
    place = next;
  }
  if (atEnd || flash) toEnd();
}

/** Say whether two parts differ in nothing but how much time is left; that is taken over. */
function same(old, fresh) {
  const plain = (element) => {
    const copy = element.cloneNode(true);
    for (const left of all("[data-left]", copy)) left.replaceWith("left");
    for (const own of all("[data-own]", copy)) own.replaceWith("own");
    for (const drawnOnce of all("[data-drawn]", copy)) drawnOnce.removeAttribute("data-drawn");
    return copy.innerHTML;
  };
  if (plain(old) !== plain(fresh)) return false;
  const newer = all("[data-left]", fresh);
  all("[data-left]", old).forEach((left, n) => (left.dataset.left = newer[n].dataset.left));
  old.className = fresh.className;
  for (const [name, value] of Object.entries(fresh.dataset)) old.dataset[name] = value;
  return true;
}

/** Say whether somebody is typing there, or has typed and not sent. */
function dirty(root) {
  const fields = all("input:not([type=hidden]), textarea, select", root);
  const typed = (f) => f.type !== "radio" && f.tagName !== "SELECT" && f.value !== f.defaultValue;
  return Boolean(one(".summary[data-focus]", root)) ||
    fields.some((field) => field === document.activeElement || typed(field));
}

// --- What the page shows by itself -----------------------------------------------------------

function toEnd() {
  const flow = one("#flow");
  if (!flow) return;
  const flash = one(WAITING_FLASH, flow);
  const target = one(".msg.sel", flow) ?? flash;
  flow.scrollTop = target && location.pathname.includes("/m/")
    ? target.offsetTop - flow.offsetTop - 12
    : flash ? flash.offsetTop - flow.offsetTop - 12 : flow.scrollHeight;
}

function spelled(left) {
  const seconds = Math.abs(left);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours >= 48) return `${left < 0 ? "+" : ""}${Math.floor(hours / 24)} d`;
  const rest = two(seconds % 60);
  const said = hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
  return left < 0 ? `+${said}` : said;
}

function tick() {
  const now = performance.now();
  const utc = one("#utc");
  if (utc) utc.textContent = `${new Date(clock + now).toISOString().slice(11, 19)}Z`;
  const passed = Math.floor((now - drawn) / 1000);
  for (const left of all("[data-left]")) {
    const text = spelled(Number(left.dataset.left) - passed);
    if (left.textContent !== text) left.textContent = text;
  }
  const silent = now - beat;
  const stale = !up || silent > STALE_MS;
  const bar = one("#stale");
  if (bar) bar.hidden = !stale;
  body.classList.toggle("lost", stale);
  if (stale && silent < STALE_MS) {
    const since = one("#lost-at");
    if (since && !since.textContent) since.textContent = utc?.textContent ?? "";
  }
  if ((!up || silent > LOST_MS) && now - lostRung > LOST_MS) {
    lostRung = now;
    if (awake()) play("LOST", false);
  }
  const horn = one("#horn");
  if (awake() && horn) ring(JSON.parse(horn.dataset.ring), now);
  const state = one("#horn-state");
  if (state) state.textContent = awake() ? state.dataset.on : state.dataset.off;
}

/** Report what was drawn in full before the officer, once. */
function report(article) {
  const guard = one("input[name=guard]");
  if (!guard || article.dataset.seen) return;
  article.dataset.seen = "1";
  const mode = location.pathname.split("/")[1];
  const form = new URLSearchParams({ guard: guard.value, entry: article.dataset.shown });
  fetch(`/${mode}/shown`, { method: "POST", body: form });
}

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const article = target.closest("[data-shown]");
    if (!article || !isIntersecting || document.visibilityState !== "visible") continue;
    target.dataset.drawn = "1";
    const ends = [article.firstElementChild, article.lastElementChild];
    if (ends.every((end) => end.dataset.drawn)) report(article);
  }
}, { threshold: 0.5 });

/** Look after what has newly come onto the page. */
function settle() {
  for (const article of all("#flow [data-shown]")) {
    watcher.observe(article.firstElementChild);
    watcher.observe(article.lastElementChild);
  }
}

// --- Keys ------------------------------------------------------------------------------------

function pressed(event) {
  wake();
  if (event.key === "Escape" && one(".desk") && !event.target.closest("select")) {
    if (event.target.closest("input, textarea")) event.target.blur();
    else if (one(".desk.single") || location.pathname.split("/").length > 2) {
      location.href = `/${location.pathname.split("/")[1]}`;
    }
    return;
  }
  const typing = event.target.closest("input, textarea, select");
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const target = one(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.id === "go" && target.pathname === location.pathname) focusAct();
  else if (target.matches("textarea, input")) target.focus();
  else target.click();
}

function focusAct() {
  const act = one("#act");
  act?.scrollIntoView({ block: "nearest" });
  (one("input:not([type=hidden])", act ?? document) ?? one("a, button", act ?? document))?.focus();
}

addEventListener("keydown", pressed);
addEventListener("pointerdown", wake);
addEventListener("focusout", () => setTimeout(() => number === "" && refresh(), 0));
document.addEventListener("paste", (event) => {
  if (event.target.closest("[data-nopaste]")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const sound = event.target.closest("[data-play]");
  if (sound) play(sound.dataset.play, false);
  if (event.target.closest("[data-print]")) print();
});

settle();
toEnd();
// No element has this name: a browser would take the focus away for one that has.
if (location.hash === "#do") focusAct();
one("[data-focus]")?.focus();
if (body.dataset.live) listen();
tick();
setInterval(tick, 500);
