const BOTTOM_PX = 64; // closer to the end than this, the reader follows it

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

  // Only going down begins to follow: when the content shrinks, the end comes to a reader who stays.
  #notice() {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    const atEnd = scrollHeight - scrollTop - clientHeight < BOTTOM_PX;
    const down = scrollTop - this.#before;
    this.#following = this.#following ? atEnd || down >= 0 : atEnd && down > 0;
    this.#before = scrollTop;
  }
}
