// The form of a filter: a field that narrows its list of keys while one types, and where the focus goes before and after.
// Without this file the list is whole, and the page that answers begins at its top.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class Narrow extends HTMLElement {
  connectedCallback() {
    const rows = [...this.closest("form").querySelectorAll(".key-list li")];
    this.querySelector("input").addEventListener("input", (event) => {
      const wanted = plain(event.target.value);
      for (const row of rows) row.hidden = !plain(row.textContent).includes(wanted);
    });
  }
}

// What was asked for by a key is gone on with by key: the first choice of a form that came into a page has the focus.
class First extends HTMLElement {
  connectedCallback() {
    if (document.readyState === "complete") this.querySelector(":checked")?.focus();
  }
}

customElements.define("rs-narrow", Narrow);
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
