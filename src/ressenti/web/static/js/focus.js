// Where the focus goes when filters are chosen: into the form that came, and on from the filters of the page that answers.
// Without this file a page that answers begins at its top.

// What was asked for by a key is gone on with by key: the first choice of a form that came into a page has the focus.
class First extends HTMLElement {
  connectedCallback() {
    if (document.readyState === "complete") this.querySelector(":checked")?.focus();
  }
}

customElements.define("rs-first", First);

// Whoever has chosen or removed a filter goes on from the filters of the page that answers, not from its top.
const FILTERS = "#content > .chips";
for (const kind of ["submit", "click"]) {
  document.addEventListener(kind, (event) => {
    const from = kind === "submit" ? event.target : event.target.closest("a, summary");
    if (from?.matches(`${FILTERS} form, ${FILTERS} .chip a`)) sessionStorage.setItem("goes-on", FILTERS);
  });
}
const goesOn = sessionStorage.getItem("goes-on");
sessionStorage.removeItem("goes-on");
if (goesOn) [...document.querySelectorAll(`${goesOn} .chip a, ${goesOn} .filters > summary`)].at(-1)?.focus({ preventScroll: true });
