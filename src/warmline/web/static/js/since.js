// "2 changes since you opened this": what was put into the story of a hand-off while somebody has it open.
let count = 0;

export function countSince(element) {
  const place = document.getElementById("since-opened");
  if (!place || !element.matches(".step-since")) return;
  count += 1;
  const link = place.querySelector("a") ?? place.appendChild(document.createElement("a"));
  if (count === 1) link.href = `#${element.id}`;
  link.textContent = `${count} ${count === 1 ? "change" : "changes"} since you opened this`;
}
