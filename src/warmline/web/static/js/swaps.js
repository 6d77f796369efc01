// How pushed HTML finds its place, beyond htmx's own ways. What was pushed twice stands once.
import { arrive, leave, place } from "./queue.js";
import { count } from "./search.js";
import { countSince } from "./since.js";

function add(target, fragment) {
  const below = isAtEnd();
  const added = [...fragment.children];
  for (const element of added) {
    const known = element.id && document.getElementById(element.id);
    known ? known.replaceWith(element) : target.append(element);
    if (!known) countSince(element);
  }
  if (below && target.id === "entries") added.at(-1)?.scrollIntoView({ block: "nearest" });
  return added;
}

function isAtEnd() {
  const page = document.scrollingElement;
  return page.scrollHeight - page.scrollTop - page.clientHeight < 160;
}

const STYLES = { add, arrive, place, leave, beyond: count };

htmx.registerExtension("warmline", {
  handle_swap: (style, target, fragment) => STYLES[style]?.(target, fragment) ?? false,
});
