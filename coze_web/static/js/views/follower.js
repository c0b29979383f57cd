const BOTTOM_PX = 64; // closer to the end than this, the reader follows it

/** Keeps a reader who is at the end of something that grows at its end, and leaves one alone who is not. */
export class Follower {
  #root;
  #following = true;
  #before = 0; // where the reader was

  /** `content` is what grows in `root`, which scrolls. */
  constructor(root, content) {
    this.#root = root;
    root.addEventListener("scroll", () => this.#notice());
    // Not only a paint moves the end: colours and formulas come later, and the composer grows with a draft.
    const observer = new ResizeObserver(() => this.#following && this.scrollToEnd());
    for (const element of [content, root]) observer.observe(element);
  }

  scrollToEnd() {
    this.#following = true;
    this.#root.scrollTop = this.#root.scrollHeight;
  }

  /** Lets the reader read where they are. */
  stay() {
    this.#following = false;
  }

  #notice() {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    const atEnd = scrollHeight - scrollTop - clientHeight < BOTTOM_PX;
    this.#following = atEnd || (this.#following && scrollTop >= this.#before);
    this.#before = scrollTop;
  }
}
