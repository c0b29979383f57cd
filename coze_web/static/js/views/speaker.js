import { Sentences } from "../lib/sentences.js";

/** Tells those who cannot see the page, in a live region, what is being answered: sentences, not tokens. */
export class Speaker {
  #region;
  #sentences = null;

  constructor(region) {
    this.#region = region;
  }

  /** Forgets what was said, and says no more of it. */
  clear() {
    this.#sentences = null;
    this.#region.replaceChildren();
  }

  /** Forgets what was said and announces an answer. */
  begin(label) {
    this.clear();
    this.#sentences = new Sentences();
    this.#say(label);
  }

  /** Takes the answer's text as it stands, and says what became complete; all of it once it is not `open`. */
  hear(text, { open }) {
    this.#sentences?.take(text, { open }).forEach((sentence) => this.#say(sentence));
  }

  /** Says how the answer ended, once. */
  end(label) {
    if (this.#sentences) this.#say(label);
    this.#sentences = null;
  }

  #say(text) {
    const said = document.createElement("p");
    said.textContent = text;
    this.#region.append(said);
  }
}
