import { fit } from "./parts.js";
import { extend } from "./patch.js";

const LONG = 60; // characters of a text that is no headline any more

/** What stands on the page before the first question: the bot's own words, and what can be asked. */
export class Opening {
  #root;
  #suggestions;
  #back;

  constructor(root, { onBringBack }) {
    this.#root = root;
    this.#suggestions = root.querySelector("[data-suggestions]");
    this.#back = root.querySelector("[data-back]");
    this.#back.addEventListener("click", onBringBack);
  }

  get url() {
    return this.#root.dataset.bot;
  }

  set hidden(hidden) {
    this.#root.hidden = hidden;
  }

  /** Whether there is an earlier conversation to go back to. */
  set canBringBack(can) {
    this.#back.hidden = !can;
  }

  /** Shows the bot's own words; what it does not say, or null, stays as it was. */
  show(face) {
    if (face?.opening_text) this.#say(face.opening_text);
    if (face?.suggested_questions.length) this.#suggest(face.suggested_questions);
  }

  #say(text) {
    const heading = this.#root.querySelector("[data-opening-text]");
    extend(heading, text);
    heading.toggleAttribute("data-long", text.length > LONG);
  }

  #suggest(questions) {
    fit(this.#suggestions, questions.length, () => document.createElement("li")).forEach((item, index) => {
      const chip = item.firstElementChild ?? item.appendChild(document.createElement("button"));
      Object.assign(chip, { type: "button", className: "chip", dir: "auto", textContent: questions[index] });
      chip.dataset.ask = "";
    });
  }
}
