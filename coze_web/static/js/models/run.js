import { parseJson } from "../lib/json.js";

/**
 * The JSON that starts a run for `home` (a bot or an app); null where the parameters are no JSON object.
 * They are sent as they were written: in a number of JavaScript's own a long one would lose digits.
 */
export function runBody(parameters, home) {
  const value = parseJson(parameters);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const rest = JSON.stringify({ ...home, stream: true });
  return `{"parameters":${parameters},${rest.slice(1)}`;
}

/** One run of a workflow as its events tell it; resumed, it goes on. */
export class Run {
  nodes = []; // in the order in which they began: {key, title, text}
  question = null; // {eventId, type} while it waits for an answer
  result = null; // what the terminal event says
  #isAnswered = false;

  /** Takes one event `{name, data}`; names that are not known change nothing. */
  take({ name, data }) {
    if (this.#isAnswered) this.#goOn();
    if (name === "Message") this.#say(data);
    else if (name === "Interrupt") this.#ask(data.interrupt_data ?? {});
    else if (name === "done") this.result = data ?? {};
  }

  /** Has the next event forget the question: before that, its answer may have been lost on the way. */
  resume() {
    this.#isAnswered = true;
  }

  #goOn() {
    this.#isAnswered = false;
    this.question = null;
    this.result = null;
  }

  #say({ node_execute_uuid: uuid, node_id: id, node_title: title, node_type: type, content }) {
    const key = String(uuid ?? id ?? title);
    let node = this.nodes.find((each) => each.key === key);
    if (!node) this.nodes.push((node = { key, id: String(id ?? ""), title: title ?? "", isEnd: type === "End", text: "" }));
    node.text += content ?? "";
  }

  #ask({ event_id: eventId = "", type = 0 }) {
    this.question = { eventId: String(eventId), type };
  }
}
