// TeX between $…$, $$…$$, \(…\) or \[…\], as bots write it. It ends with its paragraph: what is not closed by then is
// text. While an answer is being written (`env.open`) it may yet be closed, and is held back.

import { isOpen, skipToEnd } from "./unfinished.js";

const CLOSING = { $$: "$$", "\\[": "\\]" };
const INLINE = [
  { pattern: /\$\$((?:[^$\\]|\\[^])+)\$\$/y, display: true },
  { pattern: /\$(?![\s),;）、，。；]|[^$\\\n]*[㐀-鿿、，][^$\\\n]*\$[a-z])((?:[^$\\\n]|\\.)*(?:[^$\\\s]|\\\S))\$(?!\d)/iy, display: false },
  { pattern: /\\\[((?:[^\\]|\\[^\]]){1,2000}?)\\\]/y, display: true },
  { pattern: /\\\(((?:[^\\]|\\[^)]){1,2000}?)\\\)/y, display: false },
];
// What begins a formula of one line, which the character after it makes one: $5 and $6 are prices, $a和$b are names.
const OPENED_LINE = /\$(?![\s\d$),;）、，。；])[^$\n]{0,200}\$?$/y;
const OPENED = /(?:\$\$|\\[([])[^$]{0,2000}\$?$/y;
const CURRENCY = /[a-z]\$(?![$\\^_({a-z])/iy; // HK$ is one, and what comes after H in H$_2$O is a formula

/** A plugin of markdown-it: formulas as `math` tokens, whose content is TeX. */
export function math(md) {
  md.inline.ruler.before("escape", "math", inlineMath);
  md.block.ruler.before("table", "math", blockMath, { alt: ["paragraph", "reference", "blockquote", "list"] });
  md.renderer.rules.math = (tokens, index) => {
    const { content, block } = tokens[index];
    return `<span class="${block ? "math display" : "math"}">${md.utils.escapeHtml(content)}</span>`;
  };
}

/** Tells whether a formula that can have several lines may begin in a text. */
export const hasFormula = (text) => Object.keys(CLOSING).some((opening) => text.includes(opening));

function inlineMath(state, silent) {
  if (!"$\\".includes(state.src[state.pos])) return false;
  if (state.pos > 0 && matchAt(CURRENCY, state, state.pos - 1)) return false;
  if (isOpen(state) && matchAt(OPENED_LINE, state)) return skipToEnd(state);
  for (const { pattern, display } of INLINE) {
    const [all, tex] = matchAt(pattern, state) ?? [];
    if (!all) continue;
    if (!silent) Object.assign(state.push("math", "", 0), { content: tex.trim(), block: display });
    state.pos += all.length;
    return true;
  }
  return isOpen(state) && matchAt(OPENED, state) !== null && skipToEnd(state);
}

function matchAt(pattern, { src, pos, posMax }, at = pos) {
  pattern.lastIndex = at;
  const match = pattern.exec(src);
  return match && pattern.lastIndex <= posMax ? match : null;
}

function blockMath(state, start, end, silent) {
  const first = lineOf(state, start);
  const closing = CLOSING[first.slice(0, 2)];
  if (!closing || state.sCount[start] - state.blkIndent >= 4) return false;
  const lines = [first.slice(2)];
  while (!lines.at(-1).includes(closing)) {
    const next = start + lines.length;
    if (isEndOfText(state, next)) return undecided(state, start) && push(state, { silent, lines, start, open: true });
    if (next >= end || state.isEmpty(next) || state.sCount[next] < state.blkIndent) return false;
    lines.push(lineOf(state, next));
  }
  const [tex, rest] = lines.at(-1).split(closing);
  return !rest.trim() && push(state, { silent, lines: [...lines.slice(0, -1), tex], start, open: false });
}

// From this line on all may be read otherwise once more is there.
function undecided({ env }, line) {
  env.undecided = Math.min(line, env.undecided ?? line);
  return env.open;
}

// markdown-it adds a line after the last one.
const isEndOfText = ({ bMarks }, line) => line >= bMarks.length - 1;
const lineOf = ({ src, bMarks, tShift, eMarks }, line) => src.slice(bMarks[line] + tShift[line], eMarks[line]);

function push(state, { silent, lines, start, open }) {
  if (silent) return true;
  state.line = start + lines.length;
  Object.assign(state.push("math_block", "", 0), {
    content: lines.join("\n").trim(),
    map: [start, state.line],
    meta: { open },
  });
  return true;
}
