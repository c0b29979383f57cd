// The end of an answer that is being written. What would be read otherwise once the next characters are there is closed,
// or held back for a moment, so that nothing is shown that has to be taken away again.

const LONGEST_LABEL = 100;
const LONGEST_ADDRESS = 2000;
const LAST_LINES = 2000;

const MARKERS = /[*_~`$\\]+$|!?\[?$|&#?\w{0,31}$|<(?:[a-z]{0,6}|br *\/?|(?:https?|mailto):[^\s<>]*)$/iy;
const RUN = /`+/y;
const ADDRESS = /^(?:\((?:[^()\n]|\([^()\n]*(?:\)|$))*|\[[^[\]\n]*)?$/;

const HELD = [
  // A line of markers only: the beginning of a list, a heading, a rule, a fence ...
  /(?:^|\n)[ \t>|:=~`#*+_$\\[\]-]*(?:\d{1,9}[.)]?[ \t]*)?$/,
  // ... a fence whose language is not complete, the definition of a link ...
  /(?:^|\n)[ \t>]*(?:[-+*] |\d{1,9}[.)] )*(?:`{3,}[^`\n]*|~{3,}[^\n]*|\[[^[\]\n]+\]:[^\n]*)$/,
  // ... the head of a table, which is one only with the line below it: at the beginning, or below a line that is none.
  /^[ \t>]*\|[^\n]*(?:\n[ \t>|:-]*)?$/,
  /(?:^|\n)(?![ \t>]*\|)[^\n]*(\n[ \t>]*\|[^\n]*(?:\n[ \t>|:-]*)?)$/,
];

/** A text without the last lines, if it is not clear yet what they begin. */
export function withoutUndecidedLines(text) {
  const end = text.slice(-LAST_LINES);
  const undecided = Math.max(...HELD.map((pattern) => pattern.exec(end)?.at(-1).length ?? 0));
  return undecided ? text.slice(0, text.length - undecided) + "\n" : text;
}

/** A plugin of markdown-it: with `env.open` emphasis and code are closed, markers and links held back at the end. */
export function unfinished(md) {
  md.inline.ruler.before("text", "held_markers", whileOpen(holdMarkers));
  md.inline.ruler.before("backticks", "open_code", whileOpen(closeCode));
  md.inline.ruler.after("image", "held_link", whileOpen(holdLink));
  md.inline.ruler2.after("balance_pairs", "open_emphasis", whileOpen(closeEmphasis));
}

const whileOpen = (rule) => (state, silent) => isOpen(state) && rule(state, silent);

/** Tells whether more can come after a text; after the name of a picture within it, none can. */
export const isOpen = ({ env, src }) => Boolean(env.open) && src === env.source;

// Within the label of a link the end is not that of the text.
const isAtEnd = ({ src, posMax }) => src.length === posMax;

/** Ends the reading of a text of which it is not clear yet what the rest is. */
export function skipToEnd(state) {
  state.pos = state.posMax;
  state.isUndecided = true;
  return true;
}

function holdMarkers(state) {
  MARKERS.lastIndex = state.pos;
  return isAtEnd(state) && MARKERS.test(state.src) && skipToEnd(state);
}

function closeCode(state, silent) {
  if (state.src[state.pos] !== "`" || !isAtEnd(state)) return false;
  RUN.lastIndex = state.pos;
  const [run] = RUN.exec(state.src);
  if (isClosed(state.src, run, state.pos + run.length)) return false;
  const content = state.src.slice(state.pos + run.length).replace(/`+$/, "").trim();
  if (!silent) Object.assign(state.push("code_inline", "code", 0), { content });
  return skipToEnd(state);
}

function isClosed(src, run, from) {
  for (let at = src.indexOf(run, from); at >= 0; at = src.indexOf(run, RUN.lastIndex)) {
    RUN.lastIndex = at;
    if (RUN.exec(src)[0] === run) return true;
  }
  return false;
}

function holdLink(state) {
  const [bracket] = /^!?\[/.exec(state.src.slice(state.pos, state.pos + 2)) ?? [];
  if (!bracket || !isAtEnd(state)) return false;
  const label = state.md.helpers.parseLinkLabel(state, state.pos + bracket.length - 1);
  const rest = state.src.slice(label < 0 ? state.pos : label + 1);
  const undecided =
    label < 0 ? rest.length < LONGEST_LABEL && !rest.includes("\n") : rest.length < LONGEST_ADDRESS && ADDRESS.test(rest);
  return undecided && skipToEnd(state);
}

// As if what was opened and never closed were closed at the end.
function closeEmphasis(state) {
  for (const opener of openEmphasis(state).reverse()) {
    opener.end = state.delimiters.length;
    state.push("text", "", 0);
    const token = state.tokens.length - 1;
    state.delimiters.push({ marker: opener.marker, length: opener.length, token, end: -1, open: false, close: true });
  }
}

function openEmphasis({ delimiters, tokens }) {
  const found = [];
  for (let index = 0; index < delimiters.length; index++) {
    const delimiter = delimiters[index];
    if (delimiter.end >= 0) index = delimiter.end;
    else if (delimiter.open && !isOperator(delimiter, tokens)) found.push(delimiter);
  }
  return found;
}

// 2*3 and f(x)*y multiply.
const isOperator = ({ length, close, token }, tokens) => length === 1 && close && /[\w)]$/.test(tokens[token - 1]?.content);
