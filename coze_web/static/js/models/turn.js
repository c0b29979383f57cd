import { Attempt } from "./attempt.js";

/** One question and the attempts to answer it. */
export class Turn {
  #attempts = [];
  #shown = 0;

  constructor(question) {
    this.question = question;
  }

  /** A turn as `toJSON` wrote it down. */
  static from({ question, attempts, shown }, error) {
    const turn = new Turn(question);
    turn.#attempts = attempts.map((attempt) => Attempt.from(attempt, error));
    turn.#shown = Math.min(shown, attempts.length - 1);
    if (!turn.attempt) throw new TypeError("a turn without an attempt");
    return turn;
  }

  toJSON() {
    return { question: this.question, attempts: this.#attempts, shown: this.#shown };
  }

  /** The attempt to look at. */
  get attempt() {
    return this.#attempts[this.#shown];
  }

  /** Which attempt that is, from 1, and how many there are. */
  get place() {
    return { n: this.#shown + 1, m: this.#attempts.length };
  }

  /** Begins another attempt and returns it; those that said something are kept. */
  begin() {
    this.#attempts = this.#attempts.filter(({ answers, reasoning }) => answers.length || reasoning);
    this.#attempts.push(new Attempt());
    this.#shown = this.#attempts.length - 1;
    return this.attempt;
  }

  /** Looks at the attempt before (-1) or after (1) the shown one. */
  turnPage(by) {
    this.#shown = Math.min(Math.max(this.#shown + by, 0), this.#attempts.length - 1);
  }
}
