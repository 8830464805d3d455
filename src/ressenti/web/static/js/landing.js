// On a phone, whoever taps a tile or a tab lands on what it shows, and the chosen tab is in sight.

const LANDING = "#chosen";
const phone = matchMedia("(max-width: 45em)");

document.addEventListener("click", (event) => {
  const link = event.target.closest(".tile-link, .tabs a");
  if (link && phone.matches) link.hash = LANDING;
});

// The chosen tab sticks to the edge, so where it would be is told by the one before.
const tab = document.querySelector(".tab-row .tabs a[aria-current]");
const before = tab?.previousElementSibling;
if (before) {
  const left = before.offsetLeft + before.offsetWidth;
  tab.parentElement.scrollLeft = left - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
}

// Parts come one by one and push what is below: the place is kept until whoever reads moves by themselves.
let isMoved = false;
for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
  addEventListener(kind, () => { isMoved = true; }, { once: true, passive: true });
}

function land() {
  const chosen = document.querySelector(".tab-row ~ .panel, .tab-row ~ * .panel");
  if (!chosen || isMoved || location.hash !== LANDING) return;
  chosen.tabIndex = -1;
  chosen.focus({ preventScroll: true });
  chosen.scrollIntoView();
}

land();
document.addEventListener("htmx:afterSettle", land);
