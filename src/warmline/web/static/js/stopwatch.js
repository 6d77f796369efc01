// Times a pickup that is done the old way, and writes what it took into the field. A reload does not stop it.

const KEY = "warmline.stopwatch";

export function stopwatch() {
  const button = document.getElementById("stopwatch");
  const field = document.getElementById("took");
  if (!button || !field) return;
  const idle = button.textContent;
  let timer = 0;

  const began = () => Number(localStorage.getItem(KEY));
  const show = () => {
    const seconds = Math.floor((Date.now() - began()) / 1000);
    field.value = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  const run = () => {
    button.textContent = button.dataset.running;
    button.setAttribute("aria-pressed", "true");
    show();
    timer = setInterval(show, 1000);
  };
  const stop = () => {
    clearInterval(timer);
    show();
    localStorage.removeItem(KEY);
    button.textContent = idle;
    button.setAttribute("aria-pressed", "false");
  };

  button.addEventListener("click", () => {
    if (began()) return stop();
    localStorage.setItem(KEY, String(Date.now()));
    run();
  });
  field.form.addEventListener("submit", () => began() && stop());
  if (began()) run();
}
