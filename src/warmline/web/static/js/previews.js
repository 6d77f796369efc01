// What a text comes to, while it is typed: the server says, for it knows the rules. Nothing is saved by it.
const PAUSE = 300; // ms after the last letter

export function preview() {
  for (const form of document.querySelectorAll("[data-previews]")) {
    let waiting;
    form.elements.text.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => ask(form), PAUSE);
    });
  }
}

function ask(form) {
  const values = { way: "preview", which: form.elements.which.value, text: form.elements.text.value };
  const source = form.closest("section").querySelector("header"); // it holds no fields: the form's key is for saving
  htmx.ajax("POST", form.action, { source, swap: "none", values });
}
