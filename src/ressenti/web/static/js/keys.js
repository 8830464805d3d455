// A question mark lists the keys, and hides the list again; the button of the navigation needs no script.

import { areOn, isShortcut, switchKeys } from "./shortcuts.js";

const keys = document.getElementById("keys");

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || !isShortcut(event)) return;
  event.preventDefault();
  keys?.togglePopover();
});

keys?.addEventListener("toggle", (event) => {
  if (event.newState === "open") keys.querySelector("button").focus();
});

const choice = keys?.querySelector("input[type=checkbox]");
if (choice) {
  choice.checked = areOn();
  choice.closest("[hidden]").hidden = false; // without a script there are no such keys
  choice.addEventListener("change", () => switchKeys(choice.checked));
}
