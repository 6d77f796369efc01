// The bell: its panel is fetched when it is opened, and again when its count changes while it is open.
export function openBell() {
  const bell = document.getElementById("bell");
  if (!bell) return;
  const fetchTold = async () => {
    await htmx.ajax("GET", "/notifications/latest", { source: bell, target: "#bell-told", swap: "innerHTML" });
    document.getElementById("bell-told").removeAttribute("aria-busy");
  };
  bell.addEventListener("toggle", () => bell.open && fetchTold());
  new MutationObserver(() => bell.open && fetchTold()).observe(bell.querySelector("summary"), { childList: true });
}
