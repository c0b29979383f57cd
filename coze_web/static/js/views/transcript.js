import { TurnView } from "./turn.js";

const BOTTOM_PX = 64; // closer to the end than this, the reader follows the answer

/** The turns so far, painted at most once a frame. */
export class Transcript {
  #root;
  #status;
  #template;
  #words;
  #views = new Map();
  #dirty = new Set();

  constructor(root, { onAsk, onRetry }) {
    this.#root = root;
    this.#status = root.querySelector("[data-status-line]");
    this.#template = root.querySelector("[data-turn]");
    this.#words = readWords(root);
    root.addEventListener("click", ({ target }) => {
      if (target.closest("[data-ask]")) onAsk(target.closest("[data-ask]").textContent);
      if (target.closest("[data-part=retry]")) onRetry(this.#turnOf(target));
    });
  }

  /** Shows the turn, for the first time or anew. */
  update(turn) {
    if (!this.#dirty.size) requestAnimationFrame(() => this.#paint());
    this.#dirty.add(turn);
  }

  /** Tells those who cannot see the page how the turn stands. */
  announce(turn) {
    this.#status.textContent = this.#view(turn).announcement;
  }

  /** Shows the newest text whatever the reader was looking at. */
  scrollToEnd() {
    this.#root.scrollTop = this.#root.scrollHeight;
  }

  #paint() {
    const following = this.#atEnd();
    for (const turn of this.#dirty) this.#view(turn).paint();
    this.#dirty.clear();
    if (following) this.scrollToEnd();
  }

  #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    return scrollHeight - scrollTop - clientHeight < BOTTOM_PX;
  }

  #view(turn) {
    if (!this.#views.has(turn)) this.#add(turn);
    return this.#views.get(turn);
  }

  #add(turn) {
    const view = new TurnView(turn, { template: this.#template, words: this.#words });
    this.#views.set(turn, view);
    this.#root.querySelector("[data-turns]").append(view.element);
    this.#root.querySelector("[data-welcome]")?.remove();
  }

  #turnOf(target) {
    const element = target.closest("article");
    return [...this.#views].find(([, view]) => view.element === element)[0];
  }
}

// The page brings its words along, in the visitor's language.
function readWords(root) {
  const faults = [...root.querySelector("[data-faults]").content.children];
  return { ...root.dataset, faults: Object.fromEntries(faults.map((p) => [p.dataset.code, p.textContent])) };
}
