// One stream a page. It resumes by the last id, so nothing is missed, and says quietly when it is away.
//
// Not htmx's own hx-sse: that forgets a stream whose first connect fails, cannot say when it will try again, waits
// for ever on a connection that has gone silent, asks on after a sign-out, and sleeps in a hidden tab, where the title
// should count. The swaps are htmx's.
import { setClock } from "./clock.js";

const SILENCE = 45_000; // the server beats every 25 s or less
const FIRST = 1_000;
const LONGEST = 30_000;
let place; // the element that says how it is
let seen;
let pause = FIRST;
let stop = new AbortController();
let wake = () => {};
let turned = false; // to another stream: there is nothing to wait for

export function watch(element) {
  if (!element?.dataset.stream) return;
  place = element;
  seen = place.dataset.seen;
  addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => (rests() ? stop.abort() : document.hidden || wake()));
  addEventListener("pagehide", () => stop.abort());
  addEventListener("pageshow", (event) => event.persisted && wake());
  run();
}

// A page of which only the bell is live follows nothing while it is hidden: a browser has few connections for all tabs.
const rests = () => place.hidden && document.hidden;

/** Follow another stream from here on, as if it had been this one from the start. */
export function follow(stream) {
  place.dataset.stream = stream;
  turned = true;
  stop.abort();
  wake();
}

async function run() {
  for (;;) {
    turned = false;
    if (rests()) await new Promise((resolve) => { wake = resolve; });
    const ended = await listen().catch(() => "lost");
    if (ended === "out") return say("You were signed out. Reload to sign in.", true);
    if (ended === "gone") return say("Reload to see how it is now.", true);
    if (turned) continue;
    await away(ended === "over" ? Math.random() * FIRST : pause);
  }
}

/** Follow the stream to its end: "over" when the server ended it in good order, "lost" when it broke. */
async function listen() {
  stop = new AbortController();
  const answer = await fetch(address(), { headers: headers(), signal: guard(), cache: "no-store" });
  if (answer.redirected || answer.status === 401) return "out";
  if ([403, 404].includes(answer.status)) return "gone";
  if (!answer.ok) return "lost";
  setClock(answer.headers.get("date"));
  say("Live", false);
  pause = FIRST;
  for await (const message of messages(answer.body.getReader())) await take(message);
  return "over";
}

function address() {
  const url = new URL(place.dataset.stream, location.href);
  if (seen) url.searchParams.set("seen", seen);
  return url;
}

const headers = () => ({ Accept: "text/event-stream", ...(seen && { "Last-Event-ID": seen }) });

let silence;
function guard() {
  clearTimeout(silence);
  silence = setTimeout(() => stop.abort(), SILENCE);
  return stop.signal;
}

async function* messages(reader) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    guard();
    const parts = (rest + decoder.decode(value, { stream: true })).replace(/\r\n?/g, "\n").split("\n\n");
    rest = parts.pop();
    yield* parts.map(read);
  }
}

function read(block) {
  const message = { data: [] };
  for (const line of block.split("\n")) {
    const [, field, value] = line.match(/^(\w+): ?(.*)$/) ?? [];
    if (field === "data") message.data.push(value);
    else if (field) message[field] = value;
  }
  return { ...message, data: message.data.join("\n") };
}

async function take({ id, event, data }) {
  if (event === "reload") return location.reload();
  if (data && !event) {
    await htmx.swap({ text: data, sourceElement: document.body, target: document.body, swap: "none", request: {} });
  }
  if (id) seen = id;
}

/** Wait, saying for how long, until the time is up or there is a reason to try at once. */
async function away(wait) {
  const until = Date.now() + wait * (0.85 + 0.3 * Math.random());
  if (wait >= FIRST) pause = Math.min(pause * 2, LONGEST);
  await new Promise((resolve) => {
    wake = resolve;
    const step = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) return resolve();
      if (wait >= FIRST) say(`Reconnecting in ${left} s; nothing will be missed`, true);
      setTimeout(step, 250);
    };
    step();
  });
  wake = () => {};
}

function say(text, lost) {
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle("live-lost", lost);
}
