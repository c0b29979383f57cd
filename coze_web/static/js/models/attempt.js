import { contentOf, isJson, isRecall, toolOf } from "./message.js";
import { Steps } from "./steps.js";

/** One answer to a question, as it comes. */
export class Attempt {
  #answers = new Map();
  #steps = new Steps();
  #now;
  #began;
  id = randomId();
  status = "waiting";
  reasoning = "";
  followUps = [];
  usage = null;
  firstWord = 0; // ms from the question to the first word of answer or reasoning
  duration = 0; // ms from the question to the end
  error = null;

  constructor({ now = () => performance.now() } = {}) {
    this.#now = now;
    this.#began = now();
  }

  /** An attempt as `toJSON` wrote it down; one that was still open has ended with `error`. */
  static from({ answers, steps, ...rest }, error) {
    const attempt = Object.assign(new Attempt(), rest);
    attempt.#answers = new Map(answers.map((answer, index) => [index, answer]));
    attempt.#steps = new Steps(steps);
    if (attempt.open) attempt.fail(error);
    return attempt;
  }

  toJSON() {
    const error = this.error && { ...this.error, message: this.error.message }; // an Error hides its message
    return { ...this, error, answers: this.answers, steps: this.steps };
  }

  /** The answers in the order in which the bot began them: `{kind, text}`, kind "text", "card" or "audio". */
  get answers() {
    return [...this.#answers.values()].filter(({ kind, text }) => kind !== "json" && (kind !== "text" || text));
  }

  get steps() {
    return this.#steps.all;
  }

  /** All that was said, as Markdown. */
  get text() {
    return this.answers.map(({ text }) => text).filter(Boolean).join("\n\n");
  }

  /** Whether more is expected. */
  get open() {
    return this.status === "waiting" || this.status === "answering";
  }

  /** Takes in one event of the stream; what it does not know it ignores. */
  receive({ name, data }) {
    if (name === "conversation.message.delta") this.#add(data);
    else if (name === "conversation.message.completed") this.#complete(data);
    else if (name === "conversation.audio.delta") this.#speak(data);
    else if (name === "conversation.chat.completed") this.usage = readUsage(data.usage);
  }

  /** The server said that the answer is complete. */
  finish() {
    this.#end("done", "done");
  }

  /** The visitor stopped the answer. */
  stop() {
    this.#end("stopped", "left");
  }

  /** The answer ended with an error. */
  fail(error) {
    this.error = error;
    this.#end("failed", "left");
  }

  #end(status, step) {
    this.status = status;
    this.duration ||= this.#now() - this.#began;
    this.#steps.close(step);
  }

  // JSON is shown once it is complete.
  #add(message) {
    const { id, type, content, reasoning_content: reasoning } = message;
    if (type !== "answer") return;
    if (!content && !reasoning) return;
    this.reasoning += reasoning ?? "";
    const text = (this.#answers.get(id)?.text ?? "") + (content ?? "");
    this.#write(id, { kind: isJson(message) ? "json" : "text", text });
  }

  // Unverified: whether speech comes under the id of the text that it speaks. Then the text is what is shown.
  #speak({ id }) {
    if (!this.#answers.has(id)) this.#write(id, { kind: "audio", text: "" });
  }

  #complete(message) {
    if (isRecall(message)) this.#steps.note("");
    else if (message.type === "answer") this.#replace(message);
    else if (message.type === "function_call") this.#steps.begin(toolOf(message));
    else if (/^tool_(response|output)$/.test(message.type)) this.#steps.settle();
    else if (message.type === "follow_up" && message.content) this.followUps.push(message.content);
  }

  // Coze repeats the whole text at the end, but not always the reasoning. Unverified: whether it may leave out the text.
  #replace(message) {
    this.reasoning ||= message.reasoning_content ?? "";
    const before = this.#answers.get(message.id);
    const content = message.content || before?.text;
    if (content || !before) this.#write(message.id, contentOf({ ...message, content }));
  }

  #write(id, answer) {
    this.#answers.set(id, answer);
    this.status = "answering";
    this.firstWord ||= this.#now() - this.#began;
  }
}

function readUsage(usage) {
  const { token_count: total = 0, input_count: input = 0, output_count: output = 0 } = usage ?? {};
  return Number(total) ? { total: Number(total), input: Number(input), output: Number(output) } : null;
}

// crypto.randomUUID is only there on https.
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
