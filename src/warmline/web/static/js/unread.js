// What I have not opened yet. A row is the same for everybody, so who has read it is kept here, by user.
const KEPT = 500;
const key = `warmline-read:${document.body.dataset.me}`;

function read() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return []; // storage is closed: everything is unread
  }
}

export function markOpened(id) {
  const kept = [id, ...read().filter((other) => other !== id)].slice(0, KEPT);
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // nothing is lost but the dot
  }
}

export function showUnread() {
  const seen = new Set(read());
  for (const row of document.querySelectorAll(".item[data-due]")) {
    row.classList.toggle("is-unread", !seen.has(row.id.replace("handoff-", "")));
  }
}

addEventListener("pageshow", (event) => event.persisted && showUnread());
document.addEventListener("toggle", (event) => {
  const row = event.target.closest(".item[data-due]");
  if (row && event.target.open) markOpened(row.id.replace("handoff-", "")), showUnread();
}, true);
