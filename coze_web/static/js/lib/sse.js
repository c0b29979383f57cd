// The event stream of the WHATWG HTML standard, 9.2.5 and 9.2.6:
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

const BOM = "\uFEFF";
const LINE_END = /\r\n|\r|\n/g;

/** Reads decoded text in pieces of any size and calls `onEvent({event, data, id})` for each event. */
export function createParser({ onEvent }) {
  let started = false;
  let afterCr = false;
  let pieces = [];
  let type = "";
  let data = [];
  let id = "";

  function dispatch() {
    if (data.length) onEvent({ event: type || "message", data: data.join("\n"), id });
    type = "";
    data = [];
  }

  // `retry` falls through with the unknown names: a chat is a POST and is never repeated unasked.
  function setField(name, value) {
    if (name === "data") data.push(value);
    else if (name === "event") type = value;
    else if (name === "id" && !value.includes("\0")) id = value;
  }

  function readLine(line) {
    const colon = line.indexOf(":");
    if (line === "") dispatch();
    else if (colon < 0) setField(line, "");
    else if (colon > 0) setField(line.slice(0, colon), line.slice(colon + (line[colon + 1] === " " ? 2 : 1)));
  }

  // What precedes the new text is decided once: a BOM at the very start, the LF of a CRLF cut in two.
  function trimStart(text) {
    const skip = started ? afterCr && text[0] === "\n" : text[0] === BOM;
    started = true;
    return skip ? text.slice(1) : text;
  }

  function feed(text) {
    if (!text) return;
    const rest = trimStart(text);
    afterCr = text.endsWith("\r");
    let from = 0;
    for (const end of rest.matchAll(LINE_END)) {
      pieces.push(rest.slice(from, end.index));
      from = end.index + end[0].length;
      readLine(pieces.join(""));
      pieces = [];
    }
    if (from < rest.length) pieces.push(rest.slice(from));
  }

  return { feed };
}

/** Yields the events of a ReadableStream of bytes; `onBytes` hears every chunk, comments included. */
export async function* readEvents(stream, { onBytes = () => {} } = {}) {
  const reader = stream.getReader();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // true keeps the BOM: the parser removes it
  let events = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      onBytes();
      parser.feed(decoder.decode(chunk.value, { stream: true }));
      yield* events;
      events = [];
    }
  } finally {
    reader.cancel().catch(() => {}); // a broken stream refuses, and is closed already
    reader.releaseLock();
  }
}
