import { GrowingText } from "../lib/growing_text.js";
import { CodeView } from "./code.js";
import { typeset } from "./math.js";
import { extend, patch } from "./patch.js";
import { fixColumns, scroller } from "./table.js";

const HEADING = /^h[1-6]$/;
const QUESTION_LEVEL = 2; // of the heading under which an answer stands

/** Blocks within an element, one view each. `tools` is what they are made with: `{blocks, sanitize, words}`. */
export class BlockList {
  #append;
  #tools;
  #dir;
  #views = [];

  /** `append(element, index)` puts the next one into its place. */
  constructor(append, tools, { dir = "" } = {}) {
    this.#append = append;
    this.#tools = tools;
    this.#dir = dir;
  }

  /** Shows these blocks after the first `kept`; those that are shown already stay, and grow. */
  update(blocks, kept = 0) {
    blocks.forEach((block, index) => this.#put(block, kept + index));
    for (const { view } of this.#views.splice(kept + blocks.length)) view.element.remove();
  }

  #put(block, index) {
    const shown = this.#views[index];
    if (shown && isSame(shown.block, block)) shown.view.update(block);
    else this.#show(new VIEWS[block.kind](this.#tools, block), block, index);
  }

  #show(view, block, index) {
    view.update(block);
    if (this.#dir) view.element.dir = this.#dir;
    const level = this.#levelOf(block, index);
    if (level) view.element.setAttribute("aria-level", level);
    if (index < this.#views.length) this.#views[index].view.element.replaceWith(view.element);
    else this.#append(view.element, index);
    this.#views[index] = { view, block, level };
  }

  // A bot may begin with a small heading; no level may be left out, or readers look for what is not there.
  #levelOf({ tag }, index) {
    if (!HEADING.test(tag)) return 0;
    const above = this.#views.slice(0, index).findLast(({ level }) => level)?.level ?? QUESTION_LEVEL;
    return Math.min(Number(tag[1]), above + 1);
  }
}

// What does not change while a block grows.
const isSame = (one, other) =>
  one.kind === other.kind && one.tag === other.tag && isSameIn(one.attributes, other.attributes);

const isSameIn = (one = {}, other = {}) => one.class === other.class && one.start === other.start;

function make({ tag, attributes }) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

class GroupView {
  #list;

  constructor(tools, block) {
    this.element = make(block);
    this.#list = new BlockList((element) => this.element.append(element), tools);
  }

  update({ children, kept }) {
    this.#list.update(children, kept);
  }
}

class TableView {
  #table;

  constructor(tools, block) {
    this.#table = new GroupView(tools, block);
    this.element = scroller(this.#table.element, tools.words.table);
  }

  update(block) {
    this.#table.update(block);
    fixColumns(this.#table.element);
  }
}

class TextView {
  #tools;
  #text;
  #shown = {};
  #pieces = [""];

  constructor(tools, block) {
    this.#tools = tools;
    this.#text = new GrowingText(tools.blocks);
    this.element = make(block);
  }

  update({ source, open = false }) {
    const { definitions } = this.#tools.blocks;
    const shown = this.#shown;
    if (source === shown.source && open === shown.open && definitions === shown.definitions) return;
    this.#shown = { source, open, definitions };
    this.element.toggleAttribute("data-open", open);
    this.#paint();
  }

  // Only from the first piece that is another; letters that come after the last one are added to it.
  #paint() {
    const shown = this.#pieces;
    this.#pieces = this.#text.html(this.#shown);
    const other = this.#pieces.findIndex((piece, index) => piece !== shown[index]);
    const from = other < 0 ? this.#pieces.length - 1 : other;
    const [last, lastShown] = [this.#pieces.at(-1), shown.at(-1)];
    const onlyLast = from === this.#pieces.length - 1 && from === shown.length - 1;
    if (onlyLast && isLonger(last, lastShown)) extend(this.element, last, lastShown);
    else this.#paintFrom(from, from ? fromEnd(this.element, shown.length - from) : this.element.firstChild);
  }

  #paintFrom(first, node) {
    const fragment = this.#tools.sanitize(this.#pieces.slice(first).join(""));
    typeset(fragment, this.element, this.#tools.words);
    patch(this.element, fragment, node);
  }
}

// The child that is the `count`th from the end, or null: from the beginning it would be a long way in a long text.
function fromEnd(element, count) {
  let child = count > 0 ? element.lastElementChild : null;
  for (let left = count; left > 1; left--) child = child?.previousElementSibling ?? null;
  return child;
}

// By letters alone, in which nothing can do harm.
const isLonger = (html, shown) => html.startsWith(shown) && !/[<&]/.test(html.slice(shown.length));

class MathView {
  #tools;
  #shown;

  constructor(tools) {
    this.#tools = tools;
    this.element = Object.assign(document.createElement("div"), { className: "formula" });
  }

  // Half a formula is no formula.
  update({ source, open }) {
    const tex = open ? "" : source;
    if (tex === this.#shown) return;
    this.#shown = tex;
    const formula = Object.assign(document.createElement("span"), { className: "math display" });
    formula.textContent = tex;
    this.element.replaceChildren(formula);
    typeset(this.element, this.element, this.#tools.words);
  }
}

const VIEWS = { group: GroupView, table: TableView, text: TextView, code: CodeView, math: MathView };
