/** Asks, stops and asks again, and has every view show what came of it. One answer at a time is written. */
export class Chat {
  #conversation;
  #views;
  #ask;
  #running = null; // the AbortController of the answer that is being written
  #written = Promise.resolve();
  #earlier = [];

  /** `ask({question, id}, signal)` yields the events of an answer; see lib/api.js. */
  constructor(conversation, ask) {
    this.#conversation = conversation;
    this.#ask = ask;
  }

  /** Shows the conversation on these views from now on. */
  open(views) {
    this.#views = views;
    this.#showAll();
  }

  /** Asks a new question. */
  ask(question) {
    if (!this.#running) this.answer(this.#conversation.add(question));
  }

  /** Asks the question of a turn, for the first time or once more. */
  answer(turn) {
    if (!this.#running) this.#written = this.#write(turn);
  }

  stop() {
    this.#running?.abort();
  }

  /** Puts the conversation aside and begins a new one. */
  async startAnew() {
    this.stop();
    await this.#written;
    if (this.#conversation.turns.length) this.#earlier = this.#conversation.replace([]);
    this.#showAll();
    this.#views.composer.focus();
  }

  /** Goes back to the conversation that was put aside. */
  bringBack() {
    this.#earlier = this.#conversation.replace(this.#earlier);
    this.#showAll();
    this.#views.composer.focus();
  }

  /** Shows what the tab has kept by now: the page was left, and another may have asked more. */
  async takeUp() {
    this.#views.composer.takeUp();
    if (!this.#conversation.load()) return;
    this.stop();
    await this.#written; // which saves: by now, what was loaded
    this.#showAll();
  }

  /** Shows how a turn stands, and keeps it. */
  show(turn) {
    this.#conversation.save();
    this.#views.transcript.update(turn);
  }

  async #write(turn) {
    this.#running = new AbortController();
    const attempt = turn.begin();
    this.#setBusy(true);
    this.show(turn);
    this.#views.transcript.announce(turn);
    this.#views.transcript.reveal(turn);
    await this.#listen(turn, attempt);
    this.#running = null;
    this.#setBusy(false);
    this.show(turn);
  }

  async #listen(turn, attempt) {
    const { signal } = this.#running;
    try {
      for await (const event of this.#ask({ question: turn.question, id: attempt.id }, signal)) {
        attempt.receive(event);
        this.#views.transcript.update(turn);
      }
      attempt.finish();
    } catch (error) {
      if (signal.aborted) attempt.stop();
      else attempt.fail(error);
    }
  }

  #setBusy(busy) {
    const { composer, transcript } = this.#views;
    composer.busy = busy;
    transcript.busy = busy;
    this.#showOpening();
  }

  #showAll() {
    this.#views.transcript.show(this.#conversation.turns);
    this.#showOpening();
  }

  #showOpening() {
    const { opening } = this.#views;
    opening.hidden = this.#conversation.turns.length > 0;
    opening.canBringBack = this.#earlier.length > 0;
  }
}
