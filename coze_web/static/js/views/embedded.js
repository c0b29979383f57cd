import { composing } from "./keys.js";

/**
 * Tells the panel of another site's page, which `embed.js` made, that the page is ready, left or to be closed: no more.
 * Nor is the site's history written to.
 */
export function embed(button) {
  const { embedder } = document.documentElement.dataset;
  if (!isEmbedded()) return;
  const tell = (type) => parent.postMessage({ type: `coze-web:${type}` }, embedder);

  function close() {
    button.blur(); // or it would have the focus when the panel is opened again
    tell("close");
  }

  button.hidden = false;
  button.addEventListener("click", close);
  // On the window: whoever else Escape is for hears it first.
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !composing(event)) close();
  });
  for (const link of document.querySelectorAll("a[hreflang]")) link.addEventListener("click", replacePage);
  addEventListener("pagehide", ({ persisted }) => persisted || tell("left")); // persisted, it may come back as it was
  tell("ready");
}

// Without an entry in the site's history, whose Back would change the panel and not leave the page.
function replacePage(event) {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  location.replace(event.currentTarget.href);
}

/** Calls `focus` when the panel is opened and nothing in the page has the focus. */
export function onEnter(focus) {
  if (isEmbedded()) addEventListener("focus", () => document.activeElement === document.body && focus());
}

/** Whether the page may set the focus: in a panel it would take it from the site. */
export function mayFocus() {
  return !isEmbedded() || document.hasFocus();
}

function isEmbedded() {
  return Boolean(document.documentElement.dataset.embedder) && parent !== window;
}
