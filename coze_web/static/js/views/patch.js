/** Makes the nodes of an element, from the `first` on, those of a fragment; what is the same stays, what grew grows. */
export function patch(element, fragment, first = element.firstChild) {
  let shown = first;
  for (const node of [...fragment.childNodes]) {
    const next = shown?.nextSibling ?? null;
    if (!shown) element.append(node);
    else if (!become(shown, node)) shown.replaceWith(node);
    shown = next;
  }
  while (shown) {
    const next = shown.nextSibling;
    shown.remove();
    shown = next;
  }
}

/** Makes the text of an element, which is `shown` so far, another; an addition is appended, and a selection survives. */
export function extend(element, text, shown = element.textContent) {
  if (text === shown) return;
  if (!text.startsWith(shown)) element.textContent = text;
  else if (element.lastChild?.nodeType === Node.TEXT_NODE) element.lastChild.appendData(text.slice(shown.length));
  else element.append(text.slice(shown.length));
}

function become(shown, wanted) {
  if (shown.nodeName !== wanted.nodeName) return false;
  if (isFormula(wanted)) return shown.isEqualNode(wanted);
  if (shown.nodeType === Node.TEXT_NODE) setText(shown, wanted.data);
  else if (!shown.isEqualNode(wanted)) becomeElement(shown, wanted);
  return true;
}

// Its inline styles are set by script; as attributes the page's policy forbids them.
const isFormula = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches(".math");

// A selection survives an addition.
function setText(node, text) {
  if (text === node.data) return;
  if (text.startsWith(node.data)) node.appendData(text.slice(node.data.length));
  else node.data = text;
}

function becomeElement(shown, wanted) {
  for (const name of shown.getAttributeNames()) if (!wanted.hasAttribute(name)) shown.removeAttribute(name);
  for (const name of wanted.getAttributeNames()) shown.setAttribute(name, wanted.getAttribute(name));
  patch(shown, wanted);
}
