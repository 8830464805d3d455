// A question mark lists the keys, and hides the list again; the button of the navigation needs no script.

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  document.getElementById("keys")?.togglePopover();
});

document.getElementById("keys")?.addEventListener("toggle", (event) => {
  if (event.newState === "open") event.target.querySelector("button").focus();
});
