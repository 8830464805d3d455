// A link to this view is copied rather than followed, and says so. Without this file it leads to the view.

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy]");
  if (!link || !navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
    link.querySelector("[role=status]").textContent = link.dataset.copy;
  } catch {
    location.assign(link.href);
  }
});
