// Makes a figure kinder to the hand: one tab stop, arrow keys along its columns, and a readable tooltip.
// Without this file everything is still there: columns are links, titles are titles, the table has it all.

class Figure extends HTMLElement {
  connectedCallback() {
    this.columns = [...this.querySelectorAll(".column")];
    this.links = this.columns.filter((column) => column.hasAttribute("href"));
    if (!this.columns.length) return;
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    this.tip.ariaHidden = "true";
    this.append(this.tip);
    this.columns.forEach((column) => this.prepare(column));
    this.addEventListener("keydown", (event) => this.move(event));
    this.addEventListener("pointerleave", () => this.hide());
  }

  // The title's words move elsewhere, so that the browser's own tooltip does not cover ours.
  prepare(column) {
    const title = column.querySelector("title");
    column.dataset.words = title.textContent;
    title.remove();
    if (column.hasAttribute("href")) {
      column.setAttribute("aria-label", column.dataset.words);
      column.setAttribute("tabindex", column === this.links.at(-1) ? "0" : "-1");
      column.addEventListener("focus", () => this.show(column)); // listening makes a piece of SVG a stop of its own
      column.addEventListener("blur", () => this.hide());
    }
    column.addEventListener("pointerenter", () => this.show(column));
  }

  move(event) {
    const last = this.links.length - 1;
    const now = this.links.indexOf(document.activeElement);
    const isUpright = this.querySelector(".distribution") !== null;
    const sideways = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last };
    const next = isUpright ? { ...sideways, ArrowUp: now - 1, ArrowDown: now + 1 }[event.key] : sideways[event.key];
    if (event.key === "Escape") this.hide();
    if (now < 0 || next === undefined) return;
    event.preventDefault();
    const column = this.links[Math.min(last, Math.max(0, next))];
    this.links.forEach((each) => each.setAttribute("tabindex", each === column ? "0" : "-1"));
    column.focus();
  }

  show(column) {
    const box = this.getBoundingClientRect();
    const place = column.getBoundingClientRect();
    this.tip.textContent = column.dataset.words;
    this.tip.hidden = false;
    const wide = this.tip.offsetWidth;
    const isRight = place.right + 8 + wide <= box.right;
    const left = isRight ? place.right + 8 : Math.max(box.left, place.left - 8 - wide);
    this.tip.style.transform = `translate(${left - box.left}px, ${place.top - box.top + 8}px)`;
  }

  hide() {
    this.tip.hidden = true;
  }
}

customElements.define("rs-figure", Figure);

// An open menu closes with Escape, and when something else is clicked.
const menus = () => document.querySelectorAll("details.drop[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
