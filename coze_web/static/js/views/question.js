import { composing } from "./keys.js";
import { growToFit } from "./grow.js";

/** A question as it was asked, and a copy of it to be changed and asked. */
export class QuestionView {
  #part;
  #onAsk;

  constructor(part, question, { onAsk }) {
    this.#part = part;
    this.#onAsk = onAsk;
    part("question").textContent = question;
    part("edit").addEventListener("click", () => this.#open(question));
    part("cancel").addEventListener("click", () => this.#close());
    part("editor").addEventListener("submit", (event) => this.#submit(event));
    part("editor").addEventListener("keydown", (event) => this.#keydown(event));
    part("edited").addEventListener("input", () => growToFit(part("edited")));
  }

  #open(question) {
    const field = this.#part("edited");
    field.value = question;
    this.#toggle(true);
    growToFit(field);
    field.focus();
  }

  #close() {
    this.#toggle(false);
    if (!this.#isBusy()) this.#part("edit").focus();
  }

  // While an answer is written no other can be asked for.
  #isBusy() {
    return this.#part("editor").closest("[data-busy]") !== null;
  }

  #toggle(editing) {
    this.#part("asked").hidden = editing;
    this.#part("editor").hidden = !editing;
  }

  #submit(event) {
    event.preventDefault();
    const question = this.#part("edited").value.trim();
    if (!question || this.#isBusy()) return; // what was written stays
    this.#toggle(false);
    this.#onAsk(question);
  }

  // Escape is also how a running answer is stopped; here it only ends the editing. Until the browser has painted, what
  // is already closed still has the focus, and its keys are not meant for it.
  #keydown(event) {
    if (composing(event) || this.#part("editor").hidden) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.#close();
    } else if (event.key === "Enter" && !event.shiftKey && event.target === this.#part("edited")) {
      event.preventDefault();
      this.#part("editor").requestSubmit();
    }
  }
}
