import { parseJson } from "./json.js";
import { readEvents } from "./sse.js";

/** Why there is no answer; `message` is empty when the page has its own words for `code`. */
export class AskError extends Error {
  constructor({ code, message = "", retryable = false, logid = "", request_id: requestId = "" }, retryAfter = 0) {
    super(message);
    this.name = "AskError";
    const retryAt = Date.now() + retryAfter * 1000; // in ms of Unix time: it holds after a reload too
    Object.assign(this, { code: String(code), retryable, logid: logid ?? "", requestId: requestId ?? "", retryAt });
  }
}

// Lost on the way: known to the page by these codes, and always worth another try.
const lost = (code) => new AskError({ code, retryable: true });

// One signal for two reasons to hang up: the visitor's stop, and a line that fell silent.
function openLine(stop, silence) {
  const controller = new AbortController();
  const hangUp = () => controller.abort(stop.reason);
  let timer;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(lost("silent")), silence);
  };
  const close = () => {
    clearTimeout(timer);
    stop.removeEventListener("abort", hangUp);
  };
  stop.addEventListener("abort", hangUp);
  if (stop.aborted) hangUp();
  heard();
  return { signal: controller.signal, heard, close };
}

async function post(url, body, { language, headers, signal }) {
  const json = typeof body === "string" ? body : JSON.stringify(body);
  const accepted = { Accept: "text/event-stream, application/json", "Accept-Language": language };
  const all = { "Content-Type": "application/json", ...accepted, ...headers };
  try {
    return await fetch(url, { method: "POST", headers: all, body: json, signal });
  } catch {
    throw lost("offline");
  }
}

// Something between us and the server may answer in its place, in HTML.
async function refusal(response) {
  const body = parseJson(await response.text());
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "0", 10) || 0;
  const unknown = { code: response.status, retryable: response.status === 429 || response.status >= 500 };
  return new AskError(body?.type === "error" ? body : unknown, wait);
}

function reasonOf(error, signal) {
  if (signal.aborted) return signal.reason;
  return error instanceof AskError ? error : lost("cut");
}

// Support can find by it what was lost on the way, too.
function withRequestId(error, requestId) {
  if (error instanceof AskError) error.requestId ||= requestId;
  return error;
}

async function* readAnswer(response, heard) {
  for await (const { event, data } of readEvents(response.body, { onBytes: heard })) {
    const body = parseJson(data);
    if (event === "error") throw body ? new AskError(body) : lost("cut");
    if (body || event === "done") yield { name: event, data: body };
    if (event === "done") return;
  }
  throw lost("cut");
}

/**
 * Sends a body, a value or its JSON, and yields the events `{name, data}` of what answers, `done` at last; throws AskError, or the reason of
 * `signal`. What the server says of an error is in `language`.
 * After `silence` milliseconds without a byte, heartbeats included, the connection counts as lost.
 */
export async function* follow(url, body, { silence, language = "*", headers = {}, signal = new AbortController().signal }) {
  const line = openLine(signal, silence);
  let requestId = "";
  try {
    const response = await post(url, body, { language, headers, signal: line.signal });
    line.heard();
    requestId = response.headers.get("X-Request-ID") ?? "";
    if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) throw await refusal(response);
    yield* readAnswer(response, line.heard);
  } catch (error) {
    throw withRequestId(reasonOf(error, line.signal), requestId);
  } finally {
    line.close();
  }
}

/**
 * Asks `{question, id}` and yields its events until it is done; see `follow`.
 * While an answer is being written the server refuses a second one with the same id.
 */
export async function* ask({ question, id }, { url, ...options }) {
  const body = { message: question, client_message_id: id };
  for await (const event of follow(url, body, options)) if (event.name !== "done") yield event;
}

/** The bot as its owner presents it; null where that cannot be had. */
export async function getFace(url) {
  try {
    const response = await fetch(url);
    const face = await response.json(); // of an error too: unread, it would keep the connection
    return response.ok ? face : null;
  } catch {
    return null;
  }
}
