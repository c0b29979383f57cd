import { Turn } from "./turn.js";

const MOST_TURNS = 100;

/** The turns that the page shows; they are kept by the browser's tab, and by nobody else. */
export class Conversation {
  #keep;
  #error;
  #turns = [];
  #saved; // as it was written down, in which there may be less

  /** `keep` has `load()` and `save(value)`; an answer that was being written then has ended with `error`. */
  constructor(keep, error) {
    this.#keep = keep;
    this.#error = error;
    this.load();
  }

  get turns() {
    return [...this.#turns];
  }

  add(question) {
    const turn = new Turn(question);
    this.#turns.push(turn);
    return turn;
  }

  /** Puts these turns in the place of the present ones, and returns those. */
  replace(turns) {
    const before = this.#turns;
    this.#turns = turns;
    this.save();
    return before;
  }

  /** Takes up what another page of the tab has written down since; says whether one has. */
  load() {
    const stored = this.#keep.load();
    if (stored === null || JSON.stringify(stored) === this.#saved) return false;
    this.#turns = restore(stored, this.#error);
    return true;
  }

  /** Writes all down; when there is no room, the older half is left out. */
  save() {
    let kept = this.#turns.slice(-MOST_TURNS);
    while (!this.#keep.save(kept) && kept.length) kept = kept.slice(Math.ceil(kept.length / 2));
    this.#saved = JSON.stringify(kept);
  }
}

// What an older version of the page has written down may be unreadable to this one.
function restore(stored, error) {
  try {
    return stored.map((turn) => Turn.from(turn, error));
  } catch {
    return [];
  }
}
