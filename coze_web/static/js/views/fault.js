import { copyFrom } from "./copy.js";
import { fill, write } from "./parts.js";

const SECOND_MS = 1000;
const UNITS = [
  ["retry_in_hours", 3600],
  ["retry_in_minutes", 60],
]; // in seconds; a unit is for waits of more than two of it

/** An error in words. */
export function explain(error, words) {
  return error.message || (words[error.code] ?? words.refused);
}

/** What went wrong, what support will ask for, and another try. */
export class FaultView {
  #part;
  #words;
  #shown = null;
  #countdown;

  constructor(part, { words, onRetry }) {
    this.#part = part;
    this.#words = words;
    part("retry").addEventListener("click", onRetry);
    part("copy-fault").addEventListener("click", ({ currentTarget }) => copyFrom(currentTarget, this.#report(), words));
  }

  paint(error) {
    if (error === this.#shown) return;
    this.#shown = error;
    clearTimeout(this.#countdown);
    this.#part("fault").hidden = !error;
    if (error) this.#show(error);
  }

  #show(error) {
    write(this.#part("message"), explain(error, this.#words));
    write(this.#part("code"), error.code);
    write(this.#part("logid"), error.logid);
    write(this.#part("request-id"), error.requestId);
    this.#part("retry").hidden = !error.retryable;
    this.#holdRetry();
  }

  #report() {
    const { code, logid, requestId } = this.#shown;
    return [explain(this.#shown, this.#words), `code: ${code}`, logid && `logid: ${logid}`, requestId && `request_id: ${requestId}`]
      .filter(Boolean)
      .join("\n");
  }

  // A retry that the server would refuse again is not offered before its time. By the clock: hidden tabs miss ticks.
  #holdRetry() {
    const button = this.#part("retry");
    const seconds = Math.ceil((this.#shown.retryAt - Date.now()) / SECOND_MS);
    button.disabled = seconds > 0;
    button.textContent = button.disabled ? this.#wait(seconds) : this.#words.retry;
    if (button.disabled) this.#countdown = setTimeout(() => this.#holdRetry(), SECOND_MS);
  }

  #wait(seconds) {
    const [name, unit] = UNITS.find(([, unit]) => seconds > 2 * unit) ?? ["retry_in", 1];
    return fill(this.#words[name], { n: Math.round(seconds / unit) });
  }
}
