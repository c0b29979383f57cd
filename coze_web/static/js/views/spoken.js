const NO_LINE = "a, b, code, del, em, i, s, span, strong, sub, sup, .stretch"; // not on a line of its own
const SILENT = "button, [hidden], [aria-hidden=true]";
const CELL = "td, th"; // a row is read as one line
const PARTS = ".stretch > *, tr, li"; // of what can be long

const known = new WeakMap(); // a block or a part -> the text that was in it, and what of that can be read aloud

/** What can be read aloud of answers: each block on a line of its own, without buttons and what is hidden. */
export function spokenText(answers) {
  return Array.from(answers.children, spokenAnswer).join("\n").trimEnd();
}

const spokenAnswer = (answer) => Array.from(answer.childNodes, remembered).join("");

// A long answer is asked for again and again, and most of it is as it was.
function remembered(part) {
  const text = part.textContent;
  if (known.get(part)?.text !== text) known.set(part, { text, spoken: textOf(part) });
  return known.get(part).spoken;
}

function textOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeValue ?? "";
  if (node.matches(SILENT)) return "";
  if (node.localName === "math") return node.querySelector("annotation")?.textContent ?? node.textContent;
  const text = Array.from(node.childNodes, (child) => (isPart(child) ? remembered : textOf)(child)).join("");
  if (node.matches(CELL)) return `${text} `;
  return node.matches(NO_LINE) ? text : `${text}\n`;
}

const isPart = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches(PARTS);
