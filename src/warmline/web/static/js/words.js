// Times in words, as pages/words.py says them. Seconds in, words out; nothing here reads a clock.
const SOON = 120;
const NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split(" ");
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const grouped = (number) => number.toLocaleString("en-US");
const two = (number) => String(number).padStart(2, "0");
const capital = (word) => word[0].toUpperCase() + word.slice(1);
const named = (count) => capital(NUMBERS[count] ?? grouped(count));
const be = (count) => (count === 1 ? "is" : "are");

export const counted = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

function long(whole) {
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (hours >= 48) return counted(Math.floor(hours / 24), "day");
  return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
}

export function countdown(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return whole < 3600 ? `${Math.floor(whole / 60)}:${two(whole % 60)}` : long(whole);
}

export function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.floor(whole / 60)} min` : long(whole);
}

export const ago = (seconds) => (seconds < 2 ? "just now" : `${elapsed(seconds)} ago`);
export const due = (left) => (left > 0 ? countdown(left) : `${elapsed(-left)} late`);
export const dueLong = (left) => (left > 0 ? `due in ${countdown(left)}` : `due ${elapsed(-left)} ago`);
export const attempt = (left) => (left > 0 ? `next attempt in ${countdown(left)}` : "next attempt any moment now");
export const urgency = (left) => (left <= 0 ? "late" : left < SOON ? "soon" : "");

export function when(at, now) {
  const clock = at.toLocaleTimeString("en-GB", CLOCK);
  return at.toDateString() === now.toDateString() ? clock : `${at.getDate()} ${MONTHS[at.getMonth()]}, ${clock}`;
}

export function headline(waiting, late, fresh) {
  if (!waiting) return ["The desk is clear."];
  const sentences = [];
  if (late) sentences.push(late === waiting && waiting > 2 ? "All are late." : `${named(late)} ${be(late)} late.`);
  if (fresh) sentences.push(`${named(fresh)} ${fresh === 1 ? "has" : "have"} just come in.`);
  return sentences.length ? sentences : [`${named(waiting)} ${be(waiting)} waiting.`, "None is late."];
}
