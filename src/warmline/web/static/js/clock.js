// Everything on the page that runs with time. The time is the server's: a wrong clock here changes nothing.
import { ago, attempt, counted, countdown, due, dueLong, urgency, when } from "./words.js";

const told = document.querySelector('meta[name="now"]');
let skew = told ? Date.parse(told.content) - Date.now() : 0;

export const now = () => Date.now() + skew;

/** Take over the server's time from an answer's Date header, which knows whole seconds only. */
export function setClock(date) {
  const server = Date.parse(date ?? "");
  if (server && Math.abs(server - now()) > 2000) skew = server - Date.now();
}

const seconds = (iso) => (Date.parse(iso) - now()) / 1000;

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function mark(element, prefix, word) {
  for (const other of ["late", "soon", "calm"]) element.classList.toggle(prefix + other, other === word);
}

const RUNS = {
  "[data-countdown]": (element) => {
    const left = seconds(element.dataset.countdown);
    say(element, due(left));
    const line = element.closest(".due");
    if (line) mark(line, "due-", urgency(left));
  },
  "[data-due-long]": (element) => {
    const left = seconds(element.dataset.dueLong);
    say(element, dueLong(left));
    mark(element, "c-", urgency(left) || "calm");
  },
  "[data-attempt]": (element) => say(element, attempt(seconds(element.dataset.attempt))),
  "[data-ago]": (element) => say(element, ago(-seconds(element.dataset.ago))),
  "[data-left]": (element) => say(element, `Yours, ${countdown(seconds(element.dataset.left))} left`),
  "time[data-now]": (element) => {
    element.dateTime = new Date(now()).toISOString();
  },
  "time[datetime]": (element) => say(element, when(new Date(element.dateTime), new Date(now()))),
  ".lease[data-until]": (element) => {
    const left = Math.max(0, seconds(element.dataset.until));
    const minutes = Math.floor(left / 60);
    const share = Math.min(100, Math.round((100 * left) / Number(element.dataset.seconds)));
    element.children[1].setAttribute("stroke-dasharray", `${share} 100`);
    say(element.lastElementChild, String(minutes));
    element.setAttribute("aria-label", `Lease: ${counted(minutes, "minute")} left`);
  },
  ".arrivals .fuse[data-until]": (element) => {
    const whole = Date.parse(element.dataset.until) - Date.parse(element.dataset.from);
    const share = (100 * (Date.parse(element.dataset.until) - now())) / whole;
    element.firstElementChild.setAttribute("width", `${Math.min(100, Math.max(0, share))}%`);
  },
};

/** Bring every time on the page up to date. */
export function tick() {
  for (const [selector, run] of Object.entries(RUNS)) document.querySelectorAll(selector).forEach(run);
  document.dispatchEvent(new Event("warmline:tick"));
}

export function everySecond() {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:after:settle", tick);
  document.addEventListener("visibilitychange", () => document.hidden || tick());
}
