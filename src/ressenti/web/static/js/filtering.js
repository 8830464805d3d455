// The form of a filter: a field narrows its list of keys while one types, and what was not chosen is not sent.
// Without this file the list is whole, and the address says a little more than it needs to.

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

document.addEventListener("formdata", ({ formData }) => {
  if (formData.get("except") === "") formData.delete("except");
});
