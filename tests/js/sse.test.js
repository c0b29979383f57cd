import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { createParser, readEvents } from "../../coze_web/static/js/lib/sse.js";
import { collect, streamOf } from "./streams.js";

const OWN = new URL("../sse_vectors.json", import.meta.url);
const SHARED = new URL("../../../shared/sse-vectors.json", import.meta.url);

const read = (url) => JSON.parse(readFileSync(url, "utf8"));
const bytesOf = ({ chunks, hex }) =>
  hex ? hex.map((text) => Buffer.from(text, "hex")) : chunks.map((text) => Buffer.from(text, "utf8"));

function cut(bytes, size) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

async function checkVector(name, chunks, expected) {
  const whole = Buffer.concat(chunks);
  const ways = { "as given": chunks, whole: [whole], "byte by byte": cut(whole, 1), "in threes": cut(whole, 3) };
  for (const [way, parts] of Object.entries(ways)) {
    const { items } = await collect(readEvents(streamOf(parts)));
    assert.deepEqual(items, expected, `${name}, ${way}`);
  }
}

for (const vector of read(OWN)) {
  test(`${vector.name}: ${vector.rule}`, () => checkVector(vector.name, bytesOf(vector), vector.expected));
}

test("the shared vectors", { skip: !existsSync(SHARED) }, async () => {
  for (const { name, chunks, expected } of read(SHARED)) {
    const bytes = chunks.map((text) => Buffer.from(text, "base64"));
    await checkVector(name, bytes, expected.map(({ event, data, id = "" }) => ({ event, data, id })));
  }
});

test("an event is delivered with the chunk that completes it", () => {
  const events = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(data) });
  parser.feed("data:a\n");
  assert.deepEqual(events, []);
  parser.feed("\r");
  assert.deepEqual(events, ["a"]);
});

test("a long line in small pieces takes time in proportion to its length", () => {
  const time = (pieces) => {
    const parser = createParser({ onEvent: () => {} });
    const began = performance.now();
    for (let i = 0; i < pieces; i += 1) parser.feed("data:0123456789");
    parser.feed("\n\n");
    return performance.now() - began;
  };
  time(20_000);
  const shortest = Math.min(time(400_000), time(400_000), time(400_000)); // the machine may pause in one
  assert.ok(shortest < 20 * Math.max(time(100_000), 5));
});

test("every chunk of bytes is heard, comments included", async () => {
  let heard = 0;
  await collect(readEvents(streamOf([": hb\n\n", "data:a\n\n"]), { onBytes: () => (heard += 1) }));
  assert.equal(heard, 2);
});

test("a reader who leaves early cancels the stream", async () => {
  let cancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(Buffer.from("data:a\n\n")),
    cancel: () => (cancelled = true),
  });
  for await (const event of readEvents(endless)) if (event.data === "a") break;
  assert.ok(cancelled);
  assert.ok(!endless.locked);
});

test("a broken stream throws after the events that came whole", async () => {
  const { items, error } = await collect(readEvents(streamOf(["data:a\n\ndata:b"], { then: "break" })));
  assert.deepEqual(items.map(({ data }) => data), ["a"]);
  assert.equal(error.message, "terminated");
});
