// What the tests measure on a page. Evaluated as functions, which a strict content security policy allows.
({
  /** Elements that stand out of the page to the right. */
  overflow() {
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > page.clientWidth + 1);
    return [`the page is ${page.scrollWidth} px wide`, ...wide.slice(0, 5).map((e) => e.outerHTML.slice(0, 120))];
  },

  /** Controls that a finger would miss: less than 44 px hit them, from edge to edge. Links within sentences may be small. */
  small() {
    const inSentence = (e) => e.matches("a, summary, label") && getComputedStyle(e).display === "inline" && e.parentElement.textContent.trim() !== e.textContent.trim();
    const root = document.querySelector("dialog:modal") ?? document.body;
    const shown = [...root.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(
      (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".skip, [inert]") && e.type !== "hidden" && !inSentence(e),
    );
    return shown.filter((e) => !isLarge(e)).map((e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 160));

    function isLarge(e) {
      e.scrollIntoView({ block: "center", behavior: "instant" });
      const b = (e.closest("label") ?? e).getBoundingClientRect();
      const [x, y] = [b.x + b.width / 2, b.y + b.height / 2];
      return reach(e, x, y, 0, -1) + reach(e, x, y, 0, 1) > 42 && reach(e, x, y, -1, 0) + reach(e, x, y, 1, 0) > 42;
    }

    /** How many pixels from there, in one direction, still hit it. */
    function reach(e, x, y, dx, dy) {
      let many = 0;
      while (many < 44 && hits(e, x + dx * (many + 1), y + dy * (many + 1))) many++;
      return many;
    }

    function hits(e, x, y) {
      const found = document.elementFromPoint(x, y);
      return found && (e.contains(found) || found.closest("label")?.control === e || found.closest("label") === e.closest("label") && e.closest("label"));
    }
  },

  /** How light the page's ground is, from 0 (black) to 1. */
  ground() {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    if (canvas.fillStyle === "rgba(0, 0, 0, 0)") canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  },
})
