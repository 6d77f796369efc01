// The queue: ordered by due time with "now" drawn into it, the latest arrival above, and no jumping under a pointer.
import { now } from "./clock.js";
import { countFound, forget } from "./search.js";
import { headline } from "./words.js";

const FRESH = 60_000; // "has just come in"
const ARRIVAL = 120_000; // how long an arrival stays on top while nothing newer comes
const LEAVING = 3_000; // how long a row that left can still be read
const later = []; // rows that wait behind "1 new"
let pointed = false; // a mouse is inside the list
let queue;
let arrivals;
let newer;

export function openQueue() {
  if (!bind()) return;
  document.addEventListener("warmline:searched", bind);
  document.addEventListener("warmline:tick", keepOrder);
}

// The lists are others after a search, which also brings what waited behind "1 new".
function bind() {
  [queue, arrivals, newer] = ["queue", "arrivals", "newer"].map((id) => document.getElementById(id));
  if (!queue) return false;
  pointed = false;
  later.length = 0;
  for (const list of [queue, arrivals]) {
    list.addEventListener("pointerenter", (event) => { pointed = event.pointerType === "mouse"; });
    list.addEventListener("pointerleave", () => { pointed = false; showLater(); });
  }
  newer.addEventListener("click", showLater);
  return true;
}

const rows = () => [...document.querySelectorAll("#arrivals > .item[data-due], #queue > .item[data-due]")];
const due = (row) => Date.parse(row.dataset.due);
const since = (row) => Date.parse(row.querySelector(".fuse").dataset.from);

function before(one, other) {
  const pins = ("pinned" in other.dataset) - ("pinned" in one.dataset);
  return pins || due(one) - due(other) || (one.id < other.id ? -1 : 1);
}

function settle(row) {
  const next = [...queue.querySelectorAll(":scope > .item[data-due]")].find((other) => before(row, other) < 0);
  next ? next.before(row) : queue.append(row);
  htmx.process(row);
  drawNow();
}

function drawNow() {
  const line = document.getElementById("now-line");
  const ahead = [...queue.querySelectorAll(":scope > .item[data-due]")].find((row) => !("pinned" in row.dataset) && due(row) > now());
  if (ahead ? ahead.previousElementSibling === line : queue.lastElementChild === line) return;
  ahead ? ahead.before(line) : queue.append(line);
}

/** A new row: on top, and the one that was there goes into the order. */
export function arrive(target, fragment) {
  const row = fragment.firstElementChild;
  const known = document.getElementById(row.id);
  if (known) return known.replaceWith(row), [row];
  document.dispatchEvent(new Event("warmline:arrived"));
  if (pointed) return keepForLater(row);
  [...arrivals.children].forEach(settle);
  arrivals.append(row);
  return [row];
}

/** A row that came back, or changed: into the order. */
export function place(target, fragment) {
  const row = fragment.firstElementChild;
  const known = document.getElementById(row.id);
  if (!known && pointed) return keepForLater(row);
  known?.remove();
  settle(row);
  return [row];
}

/** A row that somebody took: it says so for three seconds, then it is gone. */
export function leave(target, fragment) {
  const row = fragment.firstElementChild;
  const unseen = later.findIndex((other) => other.id === row.id);
  if (unseen >= 0) later.splice(unseen, 1), countLater();
  forget(row.id);
  const known = document.getElementById(row.id);
  if (!known) return true;
  if (known.contains(document.activeElement)) nextOf(known)?.querySelector("h3 a")?.focus({ preventScroll: true });
  known.replaceWith(row);
  setTimeout(() => goAway(row), LEAVING);
  return [row];
}

const nextOf = (row) => rows()[rows().indexOf(row) + 1] ?? rows().at(-2);

function goAway(row) {
  if (pointed) setTimeout(() => goAway(row), 500); // the list must not move under the pointer
  else row.remove();
}

function keepForLater(row) {
  later.push(row);
  countLater();
  return true;
}

function countLater() {
  newer.hidden = !later.length;
  newer.textContent = `${later.length} new`;
}

function showLater() {
  for (const row of later.splice(0)) {
    [...arrivals.children].forEach(settle);
    arrivals.append(row);
    htmx.process(row);
  }
  countLater();
  document.dispatchEvent(new Event("htmx:after:settle"));
}

function keepOrder() {
  if (!pointed) {
    const old = [...arrivals.querySelectorAll(".item[data-due]")].filter((row) => due(row) <= now() || now() - since(row) > ARRIVAL);
    old.forEach(settle);
    drawNow();
  }
  countFound(rows().length + later.length);
  if (!document.querySelector("#queue-section[data-asked]")) writeHeadline(); // else not all of the queue is here
}

// The heading stays true between pushes: a promise breaks, and "just come in" wears off, without any event.
function writeHeadline() {
  const heading = document.getElementById("headline");
  const shown = rows();
  const seen = shown.filter((row) => due(row) <= now()).length;
  const late = seen < shown.length ? seen : Math.max(seen, Number(heading.dataset.late));
  const fresh = shown.filter((row) => now() - since(row) < FRESH).length;
  const sentences = headline(Number(heading.dataset.waiting), late, fresh);
  if (heading.innerText.trim() === sentences.join(" ")) return;
  heading.replaceChildren(...sentences.flatMap((text) => [sentence(text), " "]).slice(0, -1));
}

function sentence(text) {
  const span = document.createElement("span");
  span.className = "nowrap";
  span.textContent = text;
  return span;
}
