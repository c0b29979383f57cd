// The beginning of a text that is being written, as far as it stays what it is, whatever comes.

import { isOpen } from "./unfinished.js";

const BREAKS = new Set(["softbreak", "hardbreak"]);
const WORD = /[ 、。，；！？][^\s、。，；！？]+$/; // or a clause, where there are no spaces
const WORDS = new Set(["text", "image"]); // the content of an image is its name
const OPENING = /\$|\[(?![^[\]]*\][^([])/;

/** A plugin of markdown-it: with `env.open` it says in `env.decided` how many characters that are, often 0. */
export function decided(md) {
  md.inline.ruler2.after("balance_pairs", "decided", (state) => {
    if (isOpen(state)) state.env.decided = hasOpen(state) ? 0 : beforeLastWord(state);
  });
}

const hasOpen = ({ isUndecided, tokens, delimiters }) =>
  isUndecided || tokens.some(mayOpen) || delimiters.some(({ open, end }) => open && end < 0);

function mayOpen({ type, content }, index, tokens) {
  if (type === "text_special") return "([".includes(content); // after a backslash, the beginning of a formula
  return WORDS.has(type) && (OPENING.test(content) || (content.startsWith("(") && isName(tokens[index - 1])));
}

// What a definition gives an address may yet get one of its own.
const isName = (token) => token?.type === "link_close" || token?.type === "image";

function beforeLastWord({ src, tokens }) {
  const { type, content } = tokens.at(-1) ?? {};
  if (type !== "text") return 0;
  const end = content.search(WORD) + 1;
  return end || BREAKS.has(tokens.at(-2)?.type) ? src.length - content.length + end : 0;
}
