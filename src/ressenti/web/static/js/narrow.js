// A field that narrows the list of keys beside it while one types. Without this file the list is whole.

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

customElements.define("rs-narrow", Narrow);
