import { copyFrom } from "./copy.js";
import { fill, write } from "./parts.js";
import { say } from "./status.js";

const seconds = (ms) => (ms / 1000).toFixed(1);

/** What can be done with an answer that has ended: copy it, ask again, look at the ones before, see what it cost. */
export class ActionsView {
  #part;
  #turn;
  #words;

  constructor(part, turn, { words, on }) {
    this.#part = part;
    this.#turn = turn;
    this.#words = words;
    part("again").addEventListener("click", () => on.again(turn));
    part("copy").addEventListener("click", ({ currentTarget }) => copyFrom(currentTarget, turn.attempt.text, words));
    part("previous").addEventListener("click", () => this.#turnPage(-1, on));
    part("next").addEventListener("click", () => this.#turnPage(1, on));
  }

  paint() {
    const { attempt, place } = this.#turn;
    this.#part("actions").hidden = attempt.open;
    this.#part("copy").hidden = !attempt.text;
    this.#part("again").hidden = attempt.status === "failed"; // there the error offers it, if it can help
    this.#part("attempts").hidden = place.m < 2;
    this.#part("place").textContent = `${place.n}/${place.m}`;
    this.#part("attempts").setAttribute("aria-label", fill(this.#words.attempt, place));
    this.#paintEnds(place);
    write(this.#part("figures"), this.#figures(attempt));
  }

  // The button at whose end the visitor has arrived hands its focus to the other.
  #paintEnds({ n, m }) {
    const [previous, next] = [this.#part("previous"), this.#part("next")];
    const { activeElement } = document;
    previous.disabled = n === 1;
    next.disabled = n === m;
    if (activeElement === previous && n === 1) next.focus();
    if (activeElement === next && n === m) previous.focus();
  }

  #turnPage(by, on) {
    this.#turn.turnPage(by);
    on.change(this.#turn);
    say(fill(this.#words.attempt, this.#turn.place));
  }

  #figures({ usage, firstWord, duration, status }) {
    if (!firstWord) return "";
    const { usage: tokens, first_word: first, duration: whole } = this.#words;
    return [
      usage && fill(tokens, usage),
      fill(first, { n: seconds(firstWord) }),
      status === "done" && fill(whole, { n: seconds(duration) }),
    ]
      .filter(Boolean)
      .join(" · ");
  }
}
