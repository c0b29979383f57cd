import { say } from "./status.js";

const SAID_MS = 2000;

/** Puts a text on the clipboard, and says on the button for a while whether it is there. */
export async function copyFrom(button, text, { copied, not_copied: notCopied }) {
  const outcome = (await copyText(text)) ? copied : notCopied;
  const label = (button.dataset.label ??= button.textContent);
  button.textContent = outcome;
  say(outcome);
  setTimeout(() => (button.textContent = label), SAID_MS);
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text); // navigator.clipboard is only there on https, and may be forbidden
  }
}

function copySelection(text) {
  const focused = document.activeElement;
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return copied;
}
