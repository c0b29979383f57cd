// The beginning of a text that is being written, which stays what it is, whatever comes.

import { isOpen } from "./unfinished.js";

const LAST_WORD = / \S+$/;
const OPENING = /[[`<$\\]/;
const WORDS = new Set(["text", "image"]); // the content of an image is its name

/** A plugin of markdown-it: with `env.open` it says in `env.settled` how long that is, at the end of a text; else 0. */
export function settled(md) {
  md.inline.ruler2.after("balance_pairs", "settled", settle);
}

// All that stands before the last word, if whatever was opened has been closed.
function settle(state) {
  if (!isOpen(state)) return;
  const { src, env, tokens } = state;
  const { type, content } = tokens.at(-1) ?? {};
  const word = type !== "text" || mayClose(state) ? -1 : content.search(LAST_WORD);
  env.settled = word < 0 ? 0 : src.length - content.length + word + 1;
}

const mayClose = ({ isHeld, tokens, delimiters }) =>
  isHeld || tokens.some(mayOpen) || delimiters.some(({ open, end }) => open && end < 0);

// A bracket after a backslash begins a formula, if that ends.
const mayOpen = ({ type, content }) => type === "text_special" || (WORDS.has(type) && OPENING.test(content));
