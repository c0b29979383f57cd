const IME_KEY = 229; // what Safari still reports for the Enter that ends a composition
const DOUBLE_CLICK_MS = 500;

const composing = (event) => event.isComposing || event.keyCode === IME_KEY;

/** Where a question is written, sent and stopped. */
export class Composer {
  #form;
  #input;
  #onAsk;
  #onStop;
  #busySince = null;

  constructor(form, { onAsk, onStop }) {
    this.#form = form;
    this.#input = form.querySelector("textarea");
    this.#onAsk = onAsk;
    this.#onStop = onStop;
    this.#listen();
    this.#enable();
  }

  get url() {
    return this.#form.action;
  }

  get silence() {
    return Number(this.#form.dataset.silence);
  }

  /** While busy the button stops instead of sending; the next question can be written meanwhile. */
  set busy(busy) {
    const adrift = busy || this.#form.contains(document.activeElement); // the button that had focus goes away
    this.#busySince = busy ? performance.now() : null;
    this.#form.dataset.busy = busy;
    if (adrift) this.#focus();
  }

  #listen() {
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#form.querySelector("[data-stop]").addEventListener("click", () => this.#clickStop());
    this.#input.addEventListener("keydown", (event) => this.#keydown(event));
    this.#input.addEventListener("input", () => this.#grow());
    document.addEventListener("keydown", (event) => this.#escape(event));
  }

  // The markup is disabled: without this script nothing can be sent by accident.
  #enable() {
    if (this.#form.dataset.ready === undefined) return;
    this.#form.querySelector("fieldset").disabled = false;
    this.#grow(); // the browser may have kept a draft
    this.#focus();
  }

  #keydown(event) {
    if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #submit(event) {
    event.preventDefault();
    const question = this.#input.value.trim();
    if (!question || this.#busySince !== null) return;
    this.#input.value = "";
    this.#grow();
    this.#onAsk(question);
  }

  #escape(event) {
    if (event.key === "Escape" && !composing(event) && this.#busySince !== null) this.#onStop();
  }

  // Stop appears under the pointer that pressed send: the second half of a double click is not meant for it.
  #clickStop() {
    if (performance.now() - this.#busySince > DOUBLE_CLICK_MS) this.#onStop();
  }

  #grow() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight}px`;
  }

  // On a touch screen focus would raise the keyboard over the answer.
  #focus() {
    if (matchMedia("(pointer: fine)").matches) this.#input.focus();
  }
}
