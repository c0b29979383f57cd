import { parseJson } from "../lib/json.js";

/** One question and what became of it. */
export class Turn {
  #answers;

  constructor(question) {
    this.question = question;
    this.restart();
  }

  /** Forgets the answer and takes another id, so that the same question can be asked again. */
  restart() {
    this.id = randomId();
    this.#answers = new Map();
    this.status = "waiting";
    this.reasoning = "";
    this.tools = [];
    this.knowledge = false;
    this.followUps = [];
    this.tokens = 0;
    this.error = null;
  }

  /** The texts of the answer, in the order in which the bot began them. */
  get answers() {
    return [...this.#answers.values()].filter(Boolean);
  }

  /** Whether more is expected. */
  get open() {
    return this.status === "waiting" || this.status === "answering";
  }

  /** Takes in one event of the stream; what it does not know it ignores. */
  receive({ name, data }) {
    if (name === "conversation.message.delta") this.#add(data);
    else if (name === "conversation.message.completed") this.#complete(data);
    else if (name === "conversation.chat.completed") this.tokens = data.usage?.token_count ?? 0;
  }

  /** The server said that the answer is complete. */
  finish() {
    this.status = "done";
  }

  /** The visitor stopped the answer. */
  stop() {
    this.status = "stopped";
  }

  /** The answer ended with an error. */
  fail(error) {
    this.status = "failed";
    this.error = error;
  }

  #add({ id, type, content, reasoning_content: reasoning }) {
    if (type !== "answer") return;
    this.reasoning += reasoning ?? "";
    this.#answers.set(id, (this.#answers.get(id) ?? "") + (content ?? ""));
    this.status = "answering";
  }

  #complete(message) {
    if (message.type === "answer") this.#replace(message);
    else if (message.type === "function_call") this.#useTool(message.content);
    else if (message.type === "knowledge") this.knowledge = true;
    else if (message.type === "follow_up") this.followUps.push(message.content);
  }

  // Coze repeats the whole text at the end, but not always the reasoning.
  #replace(message) {
    this.reasoning ||= message.reasoning_content ?? "";
    this.#answers.set(message.id, plainText(message));
    this.status = "answering";
  }

  #useTool(content) {
    const { name, plugin_name: plugin } = parseJson(content) ?? {};
    const label = [...new Set([plugin, name])].filter(Boolean).join(" · ");
    if (label && !this.tools.includes(label)) this.tools.push(label);
  }
}

// crypto.randomUUID is only there on https.
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Cards and pictures have no text that could be shown; a mixed message has parts that do.
function plainText({ content, content_type: type }) {
  if (type === "card") return "";
  const parts = type === "object_string" ? parseJson(content) : null;
  return Array.isArray(parts) ? parts.map((part) => part?.text ?? "").join("") : (content ?? "");
}
