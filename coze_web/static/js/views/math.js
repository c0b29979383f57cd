import { loadMath } from "./libraries.js";
import { scrollable } from "./table.js";

// No links, no pictures, no macro that grows without end, nothing larger than the page; what is wrong stays TeX.
const OPTIONS = { throwOnError: true, trust: false, maxExpand: 200, maxSize: 20, strict: "ignore" };
const LONGEST = 2000;

const done = new Map(); // by TeX, since the block that is being written is made anew with every word
const waiting = new WeakSet(); // the elements that have asked for KaTeX
let katex = null;

/** Sets the formulas of a fragment that goes to an element: there, once KaTeX is loaded, if it is not yet. */
export function typeset(fragment, element, words) {
  const formulas = fragment.querySelectorAll(".math");
  for (const formula of formulas) if (formula.matches(".display")) scrollable(formula, words.formula);
  if (katex) formulas.forEach(typesetOne);
  else if (formulas.length && !waiting.has(element)) typesetLater(element);
}

async function typesetLater(element) {
  waiting.add(element);
  katex = await loadMath().catch(() => null); // TeX can be read as well
  if (katex) element.querySelectorAll(".math").forEach(typesetOne);
}

function typesetOne(formula) {
  if (formula.firstElementChild) return;
  const display = formula.classList.contains("display");
  const key = `${display} ${formula.textContent}`;
  if (!done.has(key)) done.set(key, render(formula.textContent, display));
  const nodes = [...done.get(key).childNodes].map((node) => node.cloneNode(true));
  if (nodes.length) formula.replaceChildren(...nodes);
}

function render(tex, displayMode) {
  const element = document.createElement("span");
  try {
    if (tex.length <= LONGEST) katex.render(tex, element, { ...OPTIONS, displayMode });
  } catch {
    element.replaceChildren();
  }
  return element;
}
