// Single keys. They are off while typing, in a dialog, with a modifier, and for whoever switched them off.
import { open } from "./dialogs.js";

const SWITCH = "warmline-keys";
const storage = (() => {
  try {
    return localStorage;
  } catch {
    return new Map(); // storage is closed: the keys act, and cannot be switched off for good
  }
})();
const off = () => storage.getItem?.(SWITCH) === "off";
const rows = () => [...document.querySelectorAll("#arrivals > .item[data-due], #queue > .item[data-due]")];
const current = () => document.activeElement?.closest(".item[data-due]");

function move(by) {
  const list = rows();
  const at = list.indexOf(current());
  const row = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))];
  row?.querySelector("h3 a").focus();
  row?.scrollIntoView({ block: "nearest" });
}

function claim() {
  const row = current() ?? document.querySelector("#arrivals > .item[data-due]");
  row?.querySelector("button[formaction]")?.click();
}

const ACTS = {
  j: () => move(1),
  k: () => move(-1),
  c: claim,
  n: () => document.querySelector('[form="next"]')?.click(),
  "/": () => document.getElementById("q")?.focus(),
  "?": () => open("keys"),
};

function busy(event) {
  const { target } = event;
  return event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key !== "j" && event.key !== "k"
    || target.closest?.("input, textarea, select, dialog[open], [contenteditable]")
    || document.querySelector("dialog:modal");
}

function press(event) {
  if (off() || busy(event)) return;
  const way = document.querySelector(`.ways [data-key="${CSS.escape(event.key)}"]`);
  if (way && (event.key !== "Enter" || event.target === document.body)) return event.preventDefault(), way.click();
  const act = ACTS[event.key];
  if (act && document.body.dataset.me) event.preventDefault(), act();
}

export function listen() {
  document.addEventListener("keydown", press);
  const box = document.getElementById("keys-on");
  if (!box) return;
  box.checked = !off();
  box.addEventListener("change", () => storage.setItem?.(SWITCH, box.checked ? "on" : "off"));
}
