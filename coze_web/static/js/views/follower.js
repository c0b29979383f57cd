const BOTTOM_PX = 64; // who goes down to less than this from the end follows it
const END_PX = 2; // heights are rounded

/** Keeps a reader who is at the end of something that grows at its end, and leaves one alone who is not. */
export class Follower {
  #root;
  #content;
  #isFollowing;
  #before = 0; // where the reader was

  /** `content` is what grows in `root`, which scrolls. */
  constructor(root, content) {
    this.#root = root;
    this.#content = content;
    this.#following = true;
    root.addEventListener("scroll", () => this.#notice());
    // Not only a paint moves the end: colours and formulas come later, and the composer grows with a draft.
    const observer = new ResizeObserver(() => this.#hasContent && this.#following && this.scrollToEnd());
    for (const element of [content, root]) observer.observe(element);
  }

  /** Shows the end; where nothing has begun to grow, the beginning of what stands in its place. */
  scrollToEnd() {
    this.#following = true;
    this.#root.scrollTop = this.#hasContent ? this.#root.scrollHeight : 0;
  }

  /** Lets the reader read where they are. */
  stay() {
    this.#following = false;
    this.#before = this.#root.scrollTop;
  }

  get #following() {
    return this.#isFollowing;
  }

  // Who follows needs no anchor, and to look for one in a long text takes the browser some milliseconds a frame.
  set #following(following) {
    if (following === this.#isFollowing) return;
    this.#isFollowing = following;
    this.#root.style.overflowAnchor = following ? "none" : "";
  }

  get #hasContent() {
    return this.#content.childElementCount > 0;
  }

  // Going up ends it, by whatever little. Only going down begins it: when the content shrinks, the end comes to a reader
  // who stays.
  #notice() {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    const left = scrollHeight - scrollTop - clientHeight;
    const down = scrollTop - this.#before;
    this.#following = this.#following ? left < END_PX || down >= 0 : left < BOTTOM_PX && down > 0;
    this.#before = scrollTop;
  }
}
