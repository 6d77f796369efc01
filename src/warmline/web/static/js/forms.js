// Forms: the CSRF header, keys that make a double click act once, and a word when the server did not answer.
import { showToast } from "./toast.js";

const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  ctx.request.headers["X-CSRF-Token"] = csrf();
});

document.addEventListener("htmx:before:response", (event) => {
  const { raw } = event.detail.ctx.response;
  if (!raw.redirected) return;
  event.preventDefault(); // to a page: go there, instead of swapping it in
  location.assign(raw.url);
});

document.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) => {
  const { status } = ctx.response;
  if (target.matches("form") && (status < 400 || status === 422)) renew(target); // what comes next is another act
  if (target.matches("form")) mark(target, ctx.response.raw.headers.get("invalid-fields") ?? "");
  if (status >= 400) return quiet(ctx) || (!ctx.text.includes("<hx-partial") && unsent());
  if (target.matches("[data-clears]")) clear(target);
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.request?.method === "POST" && !quiet(ctx)) unsent();
});

const quiet = (ctx) => ctx.sourceElement?.matches?.("[data-heartbeat]");

function unsent() {
  showToast(document.getElementById("toast-unsent").content.cloneNode(true));
}

function renew(form) {
  const key = form.elements.idempotency_key;
  if (key) key.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function mark(form, names) {
  const wrong = [...form.elements].filter((field) => field.name && names.split(",").includes(field.name));
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const field of wrong) field.setAttribute("aria-invalid", "true");
  wrong[0]?.focus();
}

function clear(form) {
  for (const field of form.querySelectorAll("input:not([type=hidden], [type=radio]), textarea")) field.value = "";
  form.dispatchEvent(new Event("warmline:cleared", { bubbles: true }));
}

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(renew); // back again: the old keys have acted
});
