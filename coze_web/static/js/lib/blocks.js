import { withoutUndecidedLines } from "./unfinished.js";

/**
 * The blocks of a text that grows. Only its end can still change: a block is finished once a whole line of the next one
 * is there. So the end alone is read again, and whoever shows the blocks need not touch the finished ones.
 */
export class Blocks {
  #markdown;
  #image;
  #finished; // the text of the finished blocks
  #count; // of the finished blocks
  #references; // what finished blocks define for links to name
  #known; // the same, and what the end defines so far
  #definitions;
  #several; // whether there was more than one block at the end

  constructor(markdown, { image }) {
    this.#markdown = markdown;
    this.#image = image;
    this.#restart();
  }

  /** Reads the text so far, and returns the blocks after the first `kept`, which are as they were: `{kept, blocks}`. */
  update(text, { open }) {
    const whole = normalize(text);
    if (!whole.startsWith(this.#finished)) this.#restart();
    return open ? this.#readOn(whole) : this.#readOut(whole);
  }

  /** The definitions that are known, as one string: with others the HTML of a text can become another. */
  get definitions() {
    return this.#definitions;
  }

  /** The HTML of the text in a block, in pieces: each but the first begins with an element, the only one in it. */
  html({ source, open = false }) {
    return this.#markdown.html(source, { references: this.#known, open, image: this.#image });
  }

  #restart() {
    this.#finished = "";
    this.#count = 0;
    this.#references = {};
    this.#several = false;
  }

  #readOn(whole) {
    const kept = this.#count;
    const finished = this.#several ? this.#finish(whole) : [];
    const blocks = this.#read(withoutUndecidedLines(whole.slice(this.#finished.length)), true);
    this.#several = blocks.length > 1;
    const last = lastOf(blocks);
    if (last && last.kind !== "math") last.open = true;
    return { kept, blocks: [...finished, ...blocks] };
  }

  // A definition at the end may make a link of what stands in a finished block.
  #readOut(whole) {
    const blocks = this.#read(whole.slice(this.#finished.length), false);
    if (!this.#count || this.#definitions === "{}") return { kept: this.#count, blocks };
    this.#restart();
    return { kept: 0, blocks: this.#read(whole, false) };
  }

  // What may become a formula may also continue the block above it.
  #finish(whole) {
    const lines = whole.slice(this.#finished.length, whole.lastIndexOf("\n") + 1);
    const env = { references: {}, open: true, undecided: Infinity };
    const before = this.#markdown.blocks(lines, env).slice(0, -1);
    const last = before.findLast(({ end }) => end < env.undecided);
    if (!last) return [];
    const text = lines.slice(0, endOfLine(lines, last.end));
    const finished = this.#read(text, false);
    this.#finished += text;
    this.#count += finished.length;
    this.#references = this.#known;
    return finished;
  }

  // What the end defines is known, but not for good: it may be half an address.
  #read(text, open) {
    this.#known = { ...this.#references };
    const blocks = this.#markdown.blocks(text, { references: this.#known, open });
    this.#definitions = JSON.stringify(this.#known);
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

// Where the answer goes on; a row of a table is filled up with empty cells.
function lastOf(blocks) {
  for (const block of [...blocks].reverse()) {
    const found = block.children ? lastOf(block.children) : block.source && block;
    if (found) return found;
  }
  return null;
}
