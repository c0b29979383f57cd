/** One run of a workflow as its events tell it; resumed, it goes on. */
export class Run {
  nodes = []; // in the order in which they began: {key, title, text}
  question = null; // {eventId, type} while it waits for an answer
  result = null; // what the terminal event says

  /** Takes one event `{name, data}`; names that are not known change nothing. */
  take({ name, data }) {
    if (name === "Message") this.#say(data);
    else if (name === "Interrupt") this.#ask(data.interrupt_data ?? {});
    else if (name === "done") this.result = data ?? {};
  }

  /** Forgets the question, whose answer is on its way. */
  resume() {
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
