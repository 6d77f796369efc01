// The room of a claimed handoff: the composer, its chips, and the beat that keeps the lease while somebody works.
const BEAT = 60_000;

export function openWork() {
  const composer = document.querySelector("form.composer");
  if (!composer) return;
  composer.addEventListener("keydown", send);
  composer.addEventListener("change", choose);
  composer.addEventListener("click", suggest);
  composer.addEventListener("warmline:cleared", cleared);
  document.addEventListener("click", prefill);
  choose();
  beat();
  if (!matchMedia("(pointer: coarse)").matches && !document.querySelector("dialog[open]")) composer.elements.text.focus({ preventScroll: true });
  document.getElementById("entries").lastElementChild?.scrollIntoView({ block: "nearest" });
}

function send(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("#say")) return;
  if (matchMedia("(pointer: coarse)").matches) return; // there Enter is a new line, as on every phone
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

function choose() {
  const { kind, title, who, text } = document.querySelector("form.composer").elements;
  title.required = kind.value === "step";
  who.required = kind.value === "call";
  text.required = kind.value !== "step";
}

function suggest(event) {
  const form = event.currentTarget;
  if (event.target.closest("[data-closes-chips]")) return form.querySelector(".chips").remove();
  const chip = event.target.closest("[data-prefill]");
  if (!chip) return;
  for (const other of form.querySelectorAll("[data-prefill]")) other.setAttribute("aria-pressed", other === chip);
  const field = form.elements.kind.value === "step" ? form.elements.title : form.elements.text;
  field.value = chip.dataset.prefill;
  field.focus();
}

// A text for the customer, to look over and send: it comes under what is there already.
function prefill(event) {
  if (!event.target.closest("[data-into-composer]")) return;
  const { kind, text } = document.querySelector("form.composer").elements;
  const words = document.getElementById("text-words").textContent;
  kind.value = "message";
  choose();
  text.value = text.value.trim() ? `${text.value.trimEnd()}\n\n${words}` : words;
  event.target.closest("dialog").close();
  text.focus();
}

function cleared(event) {
  event.currentTarget.querySelector(".chips")?.remove(); // they helped to begin; now it has begun
  event.currentTarget.elements.text.focus();
}

// Any act extends the lease by itself; reading and typing do so by this.
function beat() {
  const page = document.querySelector("[data-heartbeat]");
  let used = false;
  for (const event of ["keydown", "pointermove", "scroll"]) addEventListener(event, () => { used = true; }, { passive: true });
  const timer = setInterval(() => {
    if (!document.getElementById("composer")?.matches("form")) return clearInterval(timer); // it is mine no more
    if (!used || document.hidden) return;
    used = false;
    htmx.ajax("POST", page.dataset.heartbeat, { source: page, swap: "none", values: { epoch: page.dataset.epoch } });
  }, BEAT);
}
