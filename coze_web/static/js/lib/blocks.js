import { hasFormula } from "./math.js";
import { withoutUndecidedLines } from "./unfinished.js";

const ROWS = 8; // of a table that may be read again with every word
const MOST_CELLS = 65_536; // of finished rows: markdown-it's limit for those it adds to short rows, counted at each reading

/**
 * The blocks of a text that grows. Only its end can still change: a block is finished once a whole line of the next one
 * is there, and a row of a table once there are two more. So the end alone is read again, and whoever shows the blocks
 * need not touch the finished ones.
 */
export class Blocks {
  #markdown;
  #image;
  #whole = ""; // the text so far
  #finished; // how much of it is finished blocks and rows
  #count; // of the finished blocks
  #rows; // how many rows are finished of the table after these
  #head; // the text before these, from the finished blocks on
  #references; // what finished blocks define for links to name
  #known; // the same, and what the end defines so far
  #definitions;
  #several; // whether there was more than one block at the end

  constructor(markdown, { image }) {
    this.#markdown = markdown;
    this.#image = image;
    this.#restart();
  }

  /**
   * Reads the text so far, and returns the blocks after the first `kept`, which are as they were: `{kept, blocks}`. So
   * it is with the `children` of a block and its own `kept`.
   */
  update(text, { open }) {
    const whole = normalize(text);
    if (!whole.startsWith(this.#whole)) this.#restart();
    this.#whole = whole;
    return open ? this.#readOn(whole) : this.#readOut(whole);
  }

  /** The definitions that are known, as one string: with others the HTML of a text can become another. */
  get definitions() {
    return this.#definitions;
  }

  /** The HTML of the text in a block, as of `Markdown.html`. */
  html({ source, open = false }) {
    return this.#markdown.html(source, { references: this.#known, open, image: this.#image });
  }

  #restart() {
    this.#finished = 0;
    this.#count = 0;
    this.#leaveTable();
    this.#references = {};
    this.#several = false;
  }

  #leaveTable() {
    this.#rows = 0;
    this.#head = "";
  }

  #unread(whole) {
    return this.#head + whole.slice(this.#finished);
  }

  #readOn(whole) {
    const kept = this.#count;
    const finished = this.#several ? this.#finish(whole) : [];
    const text = withoutUndecidedLines(this.#unread(whole));
    const blocks = this.#read(text, true);
    this.#several = blocks.length > 1;
    const last = lastOf(blocks);
    if (last && last.kind !== "math") last.open = true;
    if (rowsOf(blocks[0]).length > ROWS) this.#finishRows(text, blocks[0]);
    return { kept, blocks: [...finished, ...blocks] };
  }

  // A definition at the end may make a link of what stands in a finished block.
  #readOut(whole) {
    const blocks = this.#read(this.#unread(whole), false);
    if (!this.#finished || this.#definitions === "{}") return { kept: this.#count, blocks };
    this.#restart();
    return { kept: 0, blocks: this.#read(whole, false) };
  }

  // What may become a formula may also continue the block above it.
  #finish(whole) {
    const lines = this.#unread(whole.slice(0, whole.lastIndexOf("\n") + 1));
    const env = { references: {}, open: true, undecided: Infinity };
    const before = this.#markdown.blocks(lines, env).slice(0, -1);
    const last = before.findLast(({ end }) => end < env.undecided);
    if (!last) return [];
    const text = lines.slice(0, endOfLine(lines, last.end));
    const finished = this.#read(text, false);
    this.#finished += text.length - this.#head.length;
    this.#count += finished.length;
    this.#leaveTable();
    this.#references = this.#known;
    return finished;
  }

  // Of the last row it is not clear yet whether it is one; a head with the beginning of a formula needs its rows.
  #finishRows(text, table) {
    const rows = rowsOf(table).slice(0, -2);
    const head = text.slice(0, endOfLine(text, table.children[0].end + 1));
    if (lastOf(rows)?.open || hasFormula(head) || this.#rows * rows[0].children.length > MOST_CELLS) return;
    this.#finished += endOfLine(text, rows.at(-1).end) - this.#head.length;
    this.#head = head;
    this.#rows += rows.length;
  }

  // What the end defines is known, but not for good: it may be half an address.
  #read(text, open) {
    this.#known = { ...this.#references };
    const blocks = this.#markdown.blocks(text, { references: this.#known, open });
    this.#definitions = JSON.stringify(this.#known);
    if (this.#rows) bodyOf(blocks[0]).kept = this.#rows;
    return blocks;
  }
}

// https://spec.commonmark.org/0.31.2/#line-ending and #insecure-characters
const normalize = (text) => text.replace(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD");

function endOfLine(text, line) {
  let end = 0;
  for (let count = 0; count < line; count++) end = text.indexOf("\n", end) + 1;
  return end;
}

const rowsOf = (block) => (block?.kind === "table" && block.children[1]?.children) || [];
const bodyOf = ({ children }) => (children[1] ??= { kind: "group", tag: "tbody", attributes: {}, children: [] });

// Where the answer goes on; a row of a table is filled up with empty cells.
function lastOf(blocks) {
  for (const block of [...blocks].reverse()) {
    const found = block.children ? lastOf(block.children) : block.source && block;
    if (found) return found;
  }
  return null;
}
