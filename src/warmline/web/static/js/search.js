// The search of the desk: what is found takes the queue's place as one types, and its stream follows.
import { follow } from "./live.js";

const beyond = new Set(); // what came in and is not found: counted, not shown
const section = () => document.getElementById("queue-section");
let known; // the section that is there
let address;

export function openSearch() {
  const field = document.getElementById("q");
  if (!field) return;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it leaves the field; what was found stays
    field.blur();
  });
  if (!section()) return;
  known = section();
  address = known.dataset.address;
  document.addEventListener("htmx:after:swap", () => section() === known || searched(field));
}

function searched(field) {
  const before = address;
  known = section();
  address = known.dataset.address;
  beyond.clear();
  history.replaceState(null, "", address);
  document.dispatchEvent(new Event("warmline:searched"));
  if (known.dataset.stream && address !== before) follow(known.dataset.stream);
  const many = document.getElementById("found")?.textContent;
  document.getElementById("found-said").textContent = many ? `${many} found for ${field.value}` : "";
}

/** Something came in that is not found: it is only counted. */
export function count(target, fragment) {
  beyond.add(fragment.firstElementChild.dataset.id);
  document.dispatchEvent(new Event("warmline:arrived"));
  say();
  return true;
}

/** It has left, before anybody saw it here. */
export function forget(id) {
  if (beyond.delete(id)) say();
}

function say() {
  const link = document.getElementById("beyond");
  if (!link) return;
  link.hidden = !beyond.size;
  link.textContent = `${beyond.size} new outside of this search`;
}

/** How many are found stays true between searches. */
export function countFound(shown) {
  const found = document.getElementById("found");
  const many = found && String(shown + Number(found.dataset.more));
  if (found && found.textContent !== many) found.textContent = many;
}
