import { mayFocus } from "./embedded.js";
import { growToFit } from "./grow.js";
import { composing } from "./keys.js";

const DOUBLE_CLICK_MS = 500;

/** Where a question is written, sent and stopped. */
export class Composer {
  #form;
  #input;
  #draft;
  #on;
  #busy = false;
  #changed = -Infinity; // when the one button took the place of the other
  #pressed = 0; // when what sends was pressed
  #stopped = -Infinity; // when Stop was pressed with a key

  /** `draft` keeps what is being written; `on` has `ask(question)` and `stop()`. */
  constructor(form, { draft, on }) {
    this.#form = form;
    this.#input = form.querySelector("textarea");
    this.#draft = draft;
    this.#on = on;
    this.#listen();
    this.#enable();
  }

  /** While busy the button stops instead of sending; the next question can be written meanwhile. */
  set busy(busy) {
    const adrift = busy || this.#form.contains(document.activeElement); // the button that had focus goes away
    this.#busy = busy;
    this.#changed = performance.now();
    this.#form.dataset.busy = busy;
    if (adrift) this.focus();
  }

  /** Puts the cursor into the field where it stands; not on a touch screen, where the keyboard would rise over the answer. */
  focus() {
    if (mayFocus() && matchMedia("(pointer: fine)").matches) this.#input.focus({ preventScroll: true });
  }

  /** Puts the draft that was kept into the field. */
  takeUp() {
    this.#input.value = this.#draft.load() ?? this.#input.value;
    growToFit(this.#input);
  }

  #listen() {
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#form.querySelector("[data-send]").addEventListener("click", (event) => this.#press(event));
    this.#form.querySelector("[data-stop]").addEventListener("click", (event) => this.#clickStop(event));
    this.#input.addEventListener("keydown", (event) => this.#keydown(event));
    this.#input.addEventListener("input", () => this.#edited());
    document.addEventListener("keydown", (event) => this.#escape(event));
  }

  // The markup is disabled: without this script nothing can be sent by accident.
  #enable() {
    this.#form.querySelector("fieldset").disabled = false;
    this.takeUp();
    this.focus();
  }

  #edited() {
    this.#changed = this.#stopped = -Infinity; // who has written since means it
    this.#draft.save(this.#input.value);
    growToFit(this.#input);
  }

  #keydown(event) {
    if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
    event.preventDefault();
    if (event.repeat) return; // a key that is held on Stop is held in the field then
    this.#press(event);
    this.#form.requestSubmit();
  }

  #press({ timeStamp }) {
    this.#pressed = timeStamp;
  }

  #submit(event) {
    event.preventDefault();
    const question = this.#input.value.trim();
    if (!question || this.#busy || isSecond(this.#pressed, event.submitter ? this.#changed : this.#stopped)) return;
    this.#input.value = "";
    this.#edited();
    this.#on.ask(question);
  }

  #escape(event) {
    if (event.key !== "Escape" || composing(event) || !this.#busy) return;
    event.preventDefault();
    this.#on.stop();
  }

  #clickStop({ detail: clicks, timeStamp }) {
    if (clicks && isSecond(timeStamp, this.#changed)) return;
    if (!clicks) this.#stopped = timeStamp;
    this.#on.stop();
  }
}

// The other button appears under the pointer, and the field gets the focus that Stop had: the second half of a double
// click, or of two Enters, is not meant for it. Where the page stood still it is handled long after it was pressed.
const isSecond = (pressed, first) => pressed - first < DOUBLE_CLICK_MS;
