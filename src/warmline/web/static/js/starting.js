// While the server starts: ask whether it is ready, and open the page that was wanted.
const EVERY = 2_000;

export function awaitStart(element) {
  if (!element) return;
  const timer = setInterval(async () => {
    const answer = await fetch(element.dataset.starting, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    clearInterval(timer);
    location.reload();
  }, EVERY);
}
