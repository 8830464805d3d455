// Keys of one character act only where nobody types and no other key is held down, and only while they are switched on:
// who speaks to the machine, or rests a hand on the keys, switches them off in the list of the keys (WCAG 2.1.4).

const NAME = "one-character-keys";

export const areOn = () => localStorage.getItem(NAME) !== "off";

export const switchKeys = (on) => (on ? localStorage.removeItem(NAME) : localStorage.setItem(NAME, "off"));

export function isShortcut(event) {
  if (!areOn() || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !event.target.closest("input, textarea, select, [contenteditable]");
}
