// Copy buttons: they say that they have.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // plain http away from this machine has no clipboard
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  await copy(button.dataset.copies);
  const icon = button.querySelector("use");
  icon.setAttribute("href", "#i-check");
  button.classList.add("c-good");
  setTimeout(() => {
    icon.setAttribute("href", "#i-copy");
    button.classList.remove("c-good");
  }, 2000);
});
