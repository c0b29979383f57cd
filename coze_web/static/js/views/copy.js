const COPIED_MS = 2000;

/** Puts a text on the clipboard, and says on the button for a while that it is there. */
export async function copyFrom(button, text, { copied }) {
  if (!(await copyText(text)) || button.textContent === copied) return;
  const label = button.textContent;
  button.textContent = copied;
  setTimeout(() => (button.textContent = label), COPIED_MS);
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
