/** What the bot did on the way to its answer: `{label, state}` each, with state "running", "done" or "left". */
export class Steps {
  #steps;

  constructor(steps = []) {
    this.#steps = steps;
  }

  get all() {
    return [...this.#steps];
  }

  /** A step that is known only once it is over. */
  note(label) {
    this.#steps.push({ label, state: "done" });
  }

  begin(label) {
    this.#steps.push({ label, state: "running" });
  }

  /** A result came; results do not say of which call they are, so it is the oldest one's. */
  settle() {
    this.#end("done", this.#steps.findIndex(({ state }) => state === "running"));
  }

  /** No result can come any more. */
  close(state) {
    this.#steps.forEach((step, index) => step.state === "running" && this.#end(state, index));
  }

  // A new object each time: who keeps the old one sees that something changed.
  #end(state, index) {
    if (index >= 0) this.#steps[index] = { ...this.#steps[index], state };
  }
}
