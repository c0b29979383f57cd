import { copyFrom } from "./copy.js";
import { loadHighlighter } from "./libraries.js";
import { extend, patch } from "./patch.js";

// What would take longer to colour than a frame lasts stays plain. What is being written is coloured at every frame.
const LONGEST = 20_000;
const LONGEST_OPEN = 4_000;

let highlighter = null;

/** A block of code: its language, a button that copies it, and the code, coloured when its language is known. */
export class CodeView {
  #root;
  #code;
  #words;
  #sanitize;
  #block = { source: "" };
  #coloured; // once the library is there

  constructor({ sanitize, words }) {
    this.#root = document.querySelector("[data-code]").content.cloneNode(true).firstElementChild;
    this.#code = this.#root.querySelector("code");
    const button = this.#root.querySelector("button");
    this.#words = words;
    this.#sanitize = sanitize;
    button.addEventListener("click", () => copyFrom(button, this.#block.source, words));
  }

  get element() {
    return this.#root;
  }

  update(block) {
    const { source, language, open } = this.#block;
    if (block.source === source && block.language === language && block.open === open) return;
    this.#block = block;
    this.#code.toggleAttribute("data-open", Boolean(block.open));
    this.#root.querySelector("span").textContent = block.language;
    this.#root.querySelector("pre").setAttribute("aria-label", block.language || this.#words.code_block);
    this.#paint(source);
  }

  #paint(shown) {
    const { source, language, open } = this.#block;
    if (language && !highlighter) this.#coloured ??= this.#loadHighlighter();
    if (source.length <= (open ? LONGEST_OPEN : LONGEST) && highlighter?.getLanguage(language)) {
      const { value } = highlighter.highlight(source, { language, ignoreIllegals: true });
      patch(this.#code, this.#sanitize(value));
    } else extend(this.#code, source, shown);
  }

  // Without colours it can be read as well.
  async #loadHighlighter() {
    const library = await loadHighlighter().catch(() => null);
    if (!library) return;
    highlighter = library;
    this.#paint(this.#block.source);
  }
}
