import { fit } from "./parts.js";
import { extend } from "./patch.js";
import { Prose, loadProse } from "./prose.js";

/** The answers of one attempt, each as Markdown, or a line in the place of what the page cannot show. */
export class AnswersView {
  #root;
  #words;
  #proses = new WeakMap();
  #attempt;

  constructor(root, words) {
    this.#root = root;
    this.#words = words;
    loadProse().catch(() => {}); // the first answer tries again
  }

  paint(attempt) {
    if (attempt !== this.#attempt) this.#root.replaceChildren();
    this.#attempt = attempt;
    const { answers } = attempt;
    fit(this.#root, answers.length, () => document.createElement("div")).forEach((element, index) => {
      this.#show(element, answers[index], attempt.open && index === answers.length - 1);
    });
  }

  #show(shown, { kind, text }, open) {
    const look = kind === "text" ? "prose" : "placeholder";
    const element = shown.className === look ? shown : exchange(shown, look);
    if (kind === "text") this.#prose(element).update(text, { open });
    else extend(element, this.#words[kind]);
  }

  #prose(element) {
    if (!this.#proses.has(element)) this.#proses.set(element, new Prose(element, { words: this.#words }));
    return this.#proses.get(element);
  }
}

// Nothing stays of what an answer was taken for.
function exchange(element, className) {
  const other = Object.assign(document.createElement("div"), { className });
  element.replaceWith(other);
  return other;
}
