import { Follower } from "./follower.js";
import { Speaker } from "./speaker.js";
import { TurnView } from "./turn.js";

const TELL_MS = 500; // sentences do not come faster, and each look for them reads the whole answer

/** The turns so far, painted at most once a frame. */
export class Transcript {
  #root;
  #list;
  #follower;
  #speaker;
  #told = null; // the turn that is being read aloud
  #toldAt = 0;
  #later; // the timer of the next look
  #options;
  #views = new Map();
  #dirty = new Set();

  /** `on` has `ask(question)`, `again(turn)` and `change(turn)`. */
  constructor(root, { words, on }) {
    this.#root = root;
    this.#list = root.querySelector("[data-turns]");
    this.#follower = new Follower(root, this.#list);
    this.#speaker = new Speaker(root.querySelector("[data-speaker]"));
    const templates = { turn: root.querySelector("[data-turn]"), step: root.querySelector("[data-step]") };
    this.#options = { templates, words, on };
    root.addEventListener("click", ({ target }) => this.#click(target, on));
  }

  /** While an answer is written, no other one can be asked for. */
  set busy(busy) {
    this.#root.toggleAttribute("data-busy", busy);
  }

  /** Shows these turns and no others. */
  show(turns) {
    this.#views.clear();
    this.#dirty.clear();
    this.#told = null;
    this.#speaker.clear();
    this.#list.replaceChildren();
    for (const turn of turns) this.#view(turn).paint();
    this.#follower.scrollToEnd();
  }

  /** Shows the turn, for the first time or anew. */
  update(turn) {
    if (!this.#dirty.size) requestAnimationFrame(() => this.#paint());
    this.#dirty.add(turn);
    this.#view(turn);
  }

  /** Tells those who cannot see the page of this turn, from now to its end. */
  announce(turn) {
    this.#told = turn;
    this.#speaker.begin(this.#options.words.answering);
  }

  /** Shows the turn whatever the reader was looking at. */
  reveal(turn) {
    const { element } = this.#view(turn);
    if (element === this.#list.lastElementChild) return this.#follower.scrollToEnd();
    element.scrollIntoView();
    this.#follower.stay(); // what comes after it may end on the same screen
  }

  // Whoever unfolds something wants to read it, not the end.
  #click(target, on) {
    const chip = target.closest("[data-ask]");
    if (chip) on.ask(chip.textContent);
    if (target.closest("summary")) this.#follower.stay();
  }

  #paint() {
    const turns = [...this.#dirty];
    this.#dirty.clear();
    for (const turn of turns) this.#view(turn).paint();
    if (turns.includes(this.#told)) this.#tell();
  }

  // What is heard is what is shown: a turn that has changed since is told of when it has been painted.
  #tell() {
    clearTimeout(this.#later);
    if (!this.#told || this.#dirty.has(this.#told)) return;
    const wait = this.#toldAt + TELL_MS - performance.now();
    if (this.#told.attempt.open && wait > 0) {
      this.#later = setTimeout(() => this.#tell(), wait);
      return;
    }
    this.#toldAt = performance.now();
    const { text, open, ending } = this.#view(this.#told).speech;
    this.#speaker.hear(text, { open });
    if (!open) this.#speaker.end(ending);
  }

  #view(turn) {
    if (!this.#views.has(turn)) {
      this.#views.set(turn, new TurnView(turn, this.#options));
      this.#list.append(this.#views.get(turn).element);
    }
    return this.#views.get(turn);
  }
}
