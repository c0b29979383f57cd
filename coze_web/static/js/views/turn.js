const SECOND_MS = 1000;

/** One question and its answer on the page. */
export class TurnView {
  #root;
  #turn;
  #words;
  #countdown;

  constructor(turn, { template, words }) {
    this.#root = template.content.cloneNode(true).firstElementChild;
    this.#turn = turn;
    this.#words = words;
    this.#part("question").textContent = turn.question;
  }

  get element() {
    return this.#root;
  }

  /** What a screen reader should hear now, in words. */
  get announcement() {
    const { open, status, error, answers } = this.#turn;
    if (open) return this.#words.answering;
    const end = error ? this.#explain(error) : status === "stopped" && this.#words.stopped;
    return [...answers, end].filter(Boolean).join("\n") || this.#words.empty;
  }

  /** Brings the page up to date with the turn. */
  paint() {
    const turn = this.#turn;
    this.#root.dataset.status = turn.status;
    this.#root.toggleAttribute("data-partial", turn.answers.length > 0);
    this.#write("reasoning", turn.reasoning);
    this.#write("tools", this.#tools().join(" / "));
    this.#write("empty", turn.status === "done" && !turn.answers.length ? this.#words.empty : "");
    this.#write("tokens", turn.tokens || "");
    this.#paintAnswers();
    this.#paintFollowUps();
    this.#paintError();
  }

  #part(name) {
    return this.#root.querySelector(`[data-part="${name}"]`);
  }

  // An empty part is hidden together with its label.
  #write(name, text) {
    const part = this.#part(name);
    extend(part, String(text));
    (part.closest("[data-whole]") ?? part).hidden = text === "";
  }

  #tools() {
    return this.#turn.knowledge ? [this.#words.knowledge, ...this.#turn.tools] : this.#turn.tools;
  }

  #paintAnswers() {
    const texts = this.#turn.answers;
    fit(this.#part("answers"), texts.length, "p").forEach((p, index) => {
      p.dir = "auto";
      extend(p, texts[index]);
    });
  }

  #paintFollowUps() {
    const texts = this.#turn.open ? [] : this.#turn.followUps;
    const list = this.#part("follow-ups");
    list.hidden = !texts.length;
    fit(list, texts.length, "button").forEach((button, index) => {
      Object.assign(button, { type: "button", className: "chip", dir: "auto", textContent: texts[index] });
      button.dataset.ask = "";
    });
  }

  #paintError() {
    const { error } = this.#turn;
    clearTimeout(this.#countdown);
    this.#part("fault").hidden = !error;
    if (!error) return;
    this.#write("message", this.#explain(error));
    this.#write("code", error.code);
    this.#write("logid", error.logid);
    this.#write("request-id", error.requestId);
    this.#part("retry").hidden = !error.retryable;
    this.#holdRetry(error.retryAfter);
  }

  #explain(error) {
    return error.message || (this.#words.faults[error.code] ?? this.#words.faults.other);
  }

  // A retry that the server would refuse again is not offered before its time.
  #holdRetry(seconds) {
    const button = this.#part("retry");
    const { retry, retryIn } = this.#words;
    button.disabled = seconds > 0;
    button.textContent = button.disabled ? retryIn.replace("{n}", seconds) : retry;
    if (button.disabled) this.#countdown = setTimeout(() => this.#holdRetry(seconds - 1), SECOND_MS);
  }
}

// Text that only grew is appended, so that a selection in it and the reader's place survive.
function extend(element, text) {
  const shown = element.textContent;
  if (text === shown) return;
  if (shown && text.startsWith(shown)) element.firstChild.appendData(text.slice(shown.length));
  else element.textContent = text;
}

// As many children as there are things to show.
function fit(parent, count, tag) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(document.createElement(tag));
  return [...parent.children];
}
