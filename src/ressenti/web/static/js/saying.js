// What changed is said: whoever chooses a filter, a tab, an order or a mark hears what the page that answers shows now.
// Its pieces are told apart from those of the page before, and what they rest on is read where the page says it.

const region = document.getElementById("said");
const pieces = JSON.parse(region.dataset.pieces);
const before = JSON.parse(sessionStorage.getItem("said") ?? "null");
sessionStorage.setItem("said", JSON.stringify({ path: location.pathname, pieces }));

function changes() {
  if (before?.path !== location.pathname) return [];
  const added = pieces.filter((piece) => !before.pieces.includes(piece));
  const gone = before.pieces.filter((piece) => !pieces.includes(piece));
  return added.length || !gone.length ? added : [region.dataset.without.replace("{what}", gone.join(", "))];
}

function say() {
  const counted = document.querySelector("[data-counted]");
  if (!counted && document.querySelector("[hx-trigger=load]")) return; // on its way
  document.removeEventListener("htmx:afterSettle", say);
  const count = counted?.textContent.replace(/\s+/g, " ").trim();
  region.textContent = [...changed, ...(count ? [count] : [])].join(", ");
}

const changed = changes();
if (changed.length) {
  document.addEventListener("htmx:afterSettle", say);
  setTimeout(say, 100); // a region that was empty for a moment is read when it is filled
}
