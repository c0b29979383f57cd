import { load, once } from "../lib/modules.js";
import { extend } from "./patch.js";

const loadModule = once((failures) => load("js/views/markdown.js", failures));

/** Fetches what Markdown needs: not before there is a question. */
export const loadProse = () => loadModule().then(({ loadMarkdown }) => loadMarkdown());

/** What a bot wrote, as Markdown; as plain text until what that needs is loaded. */
export class Prose {
  #element;
  #words;
  #text = "";
  #open = false;
  #plain = document.createElement("p");
  #markdown = null;

  constructor(element, { words }) {
    this.#element = element;
    this.#words = words;
    this.#plain.className = "plain";
    this.#plain.dir = "auto";
    element.append(this.#plain);
    this.#load().catch(() => {}); // then it stays plain
  }

  /** Shows the text so far; while it is `open`, what is not finished at its end is closed or held back. */
  update(text, { open }) {
    const shown = this.#text;
    if (text === shown && open === this.#open) return;
    this.#text = text;
    this.#open = open;
    if (this.#markdown) this.#markdown.update(text, { open });
    else extend(this.#plain, text, shown);
  }

  async #load() {
    const { createMarkdown } = await loadModule();
    this.#markdown = await createMarkdown(this.#element, this.#words);
    this.#plain.remove();
    this.#markdown.update(this.#text, { open: this.#open });
  }
}
