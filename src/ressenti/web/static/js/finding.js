// A slash puts the cursor into the search field, as in other places where one looks for things.

import { isShortcut } from "./shortcuts.js";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || !isShortcut(event)) return;
  event.preventDefault();
  const field = document.getElementById("q");
  field.focus();
  field.select();
});
