// Dialogs and menus. Without scripts a dialog opens by its address, and a menu is a <details>.
const toasts = document.getElementById("toasts");

export function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal) return false;
  if (dialog.open) dialog.close();
  dialog.showModal();
  dialog.append(toasts); // what lies outside of a modal dialog is behind it, and is not read out
  return true;
}

document.addEventListener("close", () => (document.querySelector("dialog:modal") ?? document.body).append(toasts), true);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener && open(opener.dataset.opens)) event.preventDefault();
  const closer = event.target.closest("[data-closes]");
  if (closer) event.preventDefault(), closer.closest("dialog")?.close();
  if (event.target.matches("dialog")) event.target.close(); // its backdrop
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const stays = menu.querySelector("summary").contains(event.target) || (menu.contains(event.target) && event.target.closest("[data-stays]"));
    if (!stays) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("change", ({ target }) => {
  const form = target.closest("dialog form");
  const notes = form?.elements.notes;
  if (!notes || target.name !== "reason") return;
  notes.required = "needsNotes" in target.dataset;
  form.querySelector("[data-notes-word]").textContent = notes.required ? "needed with this reason" : "if there is more to say";
});

for (const refused of document.querySelectorAll("dialog[open]")) open(refused.id);
if (location.hash.length > 1 && open(location.hash.slice(1))) history.replaceState(null, "", location.pathname + location.search);
for (const field of document.querySelectorAll("[data-zone-offset]")) field.value = -new Date().getTimezoneOffset();
