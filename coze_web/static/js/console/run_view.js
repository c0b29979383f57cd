import { FaultView } from "../views/fault.js";
import { fill, fit, partsOf, stamp, write } from "../views/parts.js";

const WEB_ADDRESS = /^https?:\/\//;
const FIELDS = "input, textarea, select";

// The field itself may have kept the focus since the question before.
function isWritingBeside(field) {
  const { activeElement } = document;
  return activeElement !== field && activeElement?.matches(FIELDS);
}

/** Shows a run: its nodes as they speak, what it asks, how it ended. */
export class RunView {
  #root;
  #part;
  #template;
  #words;
  #fault;
  #question = null;

  /** `on` has `answer(text)` and `retry()`. */
  constructor(root, { template, words, on }) {
    this.#root = root;
    this.#part = partsOf(root);
    this.#template = template;
    this.#words = words;
    this.#fault = new FaultView(this.#part, { words, onRetry: on.retry });
    this.#part("question").addEventListener("submit", (event) => {
      event.preventDefault();
      on.answer(this.#part("reply").value);
    });
  }

  /** Shows the run as it is; `state` is the name of what it is doing, and `error` is why there is no more. */
  paint(run, state, error = null) {
    this.#root.hidden = false;
    this.#paintState(state);
    this.#paintNodes(run.nodes);
    this.#paintQuestion(run.question);
    this.#fault.paint(error);
    this.#paintResult(run.result);
  }

  // It is read out whenever it changes.
  #paintState(state) {
    const part = this.#part("state");
    part.dataset.status = state;
    write(part, this.#words[`status_${state}`] ?? this.#words[state] ?? state);
  }

  #paintNodes(nodes) {
    const items = fit(this.#part("nodes"), nodes.length, () => stamp(this.#template).root);
    nodes.forEach(({ id, title, isEnd, text }, place) => {
      const name = title || (isEnd ? this.#words.end : fill(this.#words.node, { id }));
      write(items[place].querySelector('[data-part="title"]'), name);
      write(items[place].querySelector('[data-part="text"]'), text);
    });
  }

  // What was written stays until the run has gone on: it may have to be sent again.
  #paintQuestion(question) {
    if (question === this.#question) return;
    this.#question = question;
    this.#part("question").hidden = !question;
    const reply = this.#part("reply");
    reply.value = "";
    if (question && !isWritingBeside(reply)) reply.focus();
  }

  #paintResult(result) {
    this.#part("facts").hidden = !result;
    if (!result) return;
    this.#part("tokens").textContent = result.usage?.token_count ?? "–";
    this.#part("execute-id").textContent = result.execute_id || "–";
    this.#part("run-logid").textContent = result.logid || "–";
    this.#paintTrace(result.debug_url ?? "");
  }

  #paintTrace(address) {
    const link = this.#part("trace");
    link.hidden = !WEB_ADDRESS.test(address);
    if (!link.hidden) link.href = address;
  }
}
