// Conversations are read by key: j and k go on and back, in a list and from one to the next; u goes back to the list.
// Without this file the same links are there to click.

import { isShortcut } from "./shortcuts.js";

const rows = () => [...document.querySelectorAll(".list .whole")];

const walk = (step) => {
  const all = rows();
  const now = all.indexOf(document.activeElement);
  const next = all[now < 0 ? 0 : Math.min(all.length - 1, Math.max(0, now + step))];
  next?.focus();
};

document.addEventListener("keydown", (event) => {
  if (event.shiftKey || !isShortcut(event)) return;
  const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!link && !(["j", "k"].includes(event.key) && rows().length)) return;
  event.preventDefault();
  link ? link.click() : walk(event.key === "j" ? 1 : -1);
});

// Whoever comes back to a list goes on from the row they left.
document.querySelector(".list .whole:target")?.focus();

// Whoever opens a conversation reads it; whoever has just marked it as unread does not.
const unread = document.querySelector("form[data-reads]:not([hidden])");
if (unread && location.hash !== "#unread") {
  const body = new URLSearchParams({ mark: "read" });
  const sent = fetch(unread.action, { method: "POST", body, redirect: "manual", keepalive: true });
  const answer = await sent.catch(() => null); // where nobody answers it stays unread, and the page says so
  if (answer?.type === "opaqueredirect") {
    unread.hidden = true;
    document.querySelector("form[data-is-read]").hidden = false;
  }
}
