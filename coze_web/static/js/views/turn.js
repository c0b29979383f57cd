import { ActionsView } from "./actions.js";
import { AnswersView } from "./answers.js";
import { FaultView, explain } from "./fault.js";
import { fit, stamp, write } from "./parts.js";
import { extend } from "./patch.js";
import { QuestionView } from "./question.js";
import { spokenText } from "./spoken.js";

/** One question and its answer on the page. */
export class TurnView {
  #root;
  #part;
  #turn;
  #words;
  #step;
  #answers;
  #fault;
  #actions;

  /** `on` has `ask(question)`, `again(turn)` and `change(turn)`. */
  constructor(turn, { templates, words, on }) {
    const { root, part } = stamp(templates.turn);
    this.#root = root;
    this.#part = part;
    this.#turn = turn;
    this.#words = words;
    this.#step = templates.step;
    this.#answers = new AnswersView(part("answers"), words);
    this.#fault = new FaultView(part, { words, onRetry: () => on.again(turn) });
    this.#actions = new ActionsView(part, turn, { words, on });
    new QuestionView(part, turn.question, { onAsk: on.ask });
  }

  get element() {
    return this.#root;
  }

  /** What a screen reader should hear: the answer as it is shown, whether more will come, and how it ended. */
  get speech() {
    return { text: spokenText(this.#part("answers")), open: this.#turn.attempt.open, ending: this.#ending() };
  }

  /** Brings the page up to date with the turn. */
  paint() {
    const attempt = this.#turn.attempt;
    this.#root.dataset.status = attempt.status;
    this.#root.setAttribute("aria-busy", attempt.open);
    this.#root.toggleAttribute("data-partial", attempt.answers.length > 0);
    write(this.#part("reasoning"), attempt.reasoning);
    write(this.#part("empty"), attempt.status === "done" && !attempt.answers.length ? this.#words.empty : "");
    this.#answers.paint(attempt);
    this.#paintSteps(attempt.steps);
    this.#paintFollowUps(attempt.open ? [] : attempt.followUps);
    this.#fault.paint(attempt.error);
    this.#actions.paint();
  }

  #ending() {
    const { error, status, answers } = this.#turn.attempt;
    if (error) return explain(error, this.#words);
    if (status === "stopped") return this.#words.stopped;
    return answers.length ? this.#words.complete : this.#words.empty;
  }

  #paintSteps(steps) {
    const list = this.#part("steps");
    list.hidden = !steps.length;
    fit(list, steps.length, () => stamp(this.#step).root).forEach((item, index) => {
      const { label, state } = steps[index];
      item.dataset.state = state;
      extend(item.querySelector("[data-label]"), label || this.#words.knowledge);
      extend(item.querySelector("[data-state-word]"), this.#words[`step_${state}`]);
    });
  }

  #paintFollowUps(texts) {
    const list = this.#part("follow-ups");
    list.hidden = !texts.length;
    fit(list, texts.length, () => document.createElement("button")).forEach((button, index) => {
      Object.assign(button, { type: "button", className: "chip", dir: "auto" });
      button.dataset.ask = "";
      extend(button, texts[index]);
    });
  }
}
