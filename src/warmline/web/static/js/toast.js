// One toast at a time, for eight seconds; it waits while somebody points at it or has the focus in it.
const STAYS = 8_000;
const place = document.getElementById("toasts");
let timer;

export function showToast(...nodes) {
  place.replaceChildren(...nodes);
}

function restart() {
  clearTimeout(timer);
  if (place.children.length && !place.matches(":hover, :focus-within")) timer = setTimeout(() => place.replaceChildren(), STAYS);
}

new MutationObserver(restart).observe(place, { childList: true });
for (const event of ["pointerenter", "pointerleave", "focusin"]) place.addEventListener(event, restart);
place.addEventListener("focusout", () => setTimeout(restart));
place.addEventListener("keydown", (event) => event.key === "Escape" && place.replaceChildren());
restart();

// The title counts what arrives while the tab is hidden.
const title = document.title;
let missed = 0;
document.addEventListener("warmline:arrived", () => {
  if (document.hidden) document.title = `(${++missed}) ${title}`;
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  missed = 0;
  document.title = title;
});
