import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import { ask, AskError, follow } from "../../coze_web/static/js/lib/api.js";
import { collect, streamOf } from "./streams.js";

const URL_ = "/api/v1/coze/chat";
const DONE = "event: done\ndata: [DONE]\n\n";
const DELTA = 'event: conversation.message.delta\ndata: {"content":"a"}\n\n';
const REFUSED = { type: "error", code: "4016", message: "Busy", retryable: true, logid: "log-1", request_id: "req-1" };

afterEach(() => {
  mock.restoreAll();
  mock.timers.reset();
});

const serve = (respond) =>
  mock.method(globalThis, "fetch", async (url, init) => {
    init.signal.throwIfAborted();
    return respond(init);
  });
const sse = (body, init = {}) => new Response(body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" }, ...init });
const answer = (options = {}) => collect(ask({ question: "Why?", id: "0a" }, { url: URL_, silence: 20_000, ...options }));
const facts = ({ code, message, retryable, logid, requestId, retryAt }) =>
  ({ code, message, retryable, logid, requestId, retryAfter: Math.max(0, Math.round((retryAt - Date.now()) / 1000)) });
const clientFault = (code) => ({ code, message: "", retryable: true, logid: "", requestId: "", retryAfter: 0 });

async function settle() {
  for (let i = 0; i < 20; i += 1) await null;
  await new Promise(setImmediate);
}

test("the question is posted as JSON and the events come back in order", async () => {
  const fetch = serve(() => sse(streamOf([": open\n\n", DELTA, "event: x.new\ndata: {}\n\n", DONE])));
  const { items, error } = await answer();
  assert.equal(error, null);
  assert.deepEqual(items, [
    { name: "conversation.message.delta", data: { content: "a" } },
    { name: "x.new", data: {} },
  ]);
  const [url, init] = fetch.mock.calls[0].arguments;
  assert.deepEqual([url, init.method, init.body], [URL_, "POST", '{"message":"Why?","client_message_id":"0a"}']);
  assert.equal(init.headers["Content-Type"], "application/json");
});

test("a body that is JSON already is sent as it is", async () => {
  const fetch = serve(() => sse(streamOf([DONE])));
  await collect(follow(URL_, '{"id": 7391034720374620163}', { silence: 20_000 }));
  assert.equal(fetch.mock.calls[0].arguments[1].body, '{"id": 7391034720374620163}');
});

test("errors are asked for in the language of the page", async () => {
  const fetch = serve(() => sse(streamOf([DONE])));
  await answer({ language: "zh-Hans" });
  assert.equal(fetch.mock.calls[0].arguments[1].headers["Accept-Language"], "zh-Hans");
});

test("an event that is not JSON is passed over", async () => {
  serve(() => sse(streamOf(["event: odd\ndata: <p>\n\n", DELTA, DONE])));
  const { items, error } = await answer();
  assert.deepEqual([items.length, error], [1, null]);
});

test("done ends the answer even when the connection stays open", async () => {
  serve(() => sse(streamOf([DELTA, DONE], { then: "stay" })));
  assert.equal((await answer()).error, null);
});

test("an error before the stream carries all its facts", async () => {
  mock.timers.enable({ apis: ["Date"] });
  serve(() => Response.json(REFUSED, { status: 429, headers: { "Retry-After": "7" } }));
  const { error } = await answer();
  assert.ok(error instanceof AskError);
  assert.deepEqual(facts(error), {
    code: "4016", message: "Busy", retryable: true, logid: "log-1", requestId: "req-1", retryAfter: 7,
  });
});

test("an error frame keeps the events before it", async () => {
  serve(() => sse(streamOf([DELTA, `event: error\ndata: ${JSON.stringify({ ...REFUSED, code: 4016, logid: null })}\n\n`])));
  const { items, error } = await answer();
  assert.equal(items.length, 1);
  assert.deepEqual([error.code, error.logid, error.requestId], ["4016", "", "req-1"]);
});

for (const [status, retryable] of [[502, true], [429, true], [413, false], [200, false]]) {
  test(`HTML with status ${status} from something in between is an error by its status`, async () => {
    serve(() => new Response("<html>", { status, headers: { "Content-Type": "text/html" } }));
    const { error } = await answer();
    assert.deepEqual(facts(error), { ...clientFault(String(status)), retryable });
  });
}

test("no connection is 'offline'", async () => {
  serve(() => Promise.reject(new TypeError("Failed to fetch")));
  assert.deepEqual(facts((await answer()).error), clientFault("offline"));
});

for (const then of ["end", "break"]) {
  test(`a stream that comes to its ${then} without a last word is 'cut'`, async () => {
    serve(() => sse(streamOf([DELTA], { then })));
    const { items, error } = await answer();
    assert.deepEqual([items.length, facts(error)], [1, clientFault("cut")]);
  });
}

test("what is lost on the way keeps the id under which the server knows it", async () => {
  const headers = { "Content-Type": "text/event-stream", "X-Request-ID": "req-2" };
  serve(() => new Response(streamOf([DELTA]), { headers }));
  assert.equal((await answer()).error.requestId, "req-2");
  serve(() => new Response("<html>", { status: 502, headers: { ...headers, "Content-Type": "text/html" } }));
  assert.equal((await answer()).error.requestId, "req-2");
});

test("an error frame that cannot be read is 'cut'", async () => {
  serve(() => sse(streamOf(["event: error\ndata: oops\n\n"])));
  assert.equal((await answer()).error.code, "cut");
});

test("stop throws the visitor's reason, during the answer and before it", async () => {
  serve(({ signal }) => sse(streamOf([DELTA], { then: "stay", signal })));
  const stop = new AbortController();
  const running = answer({ signal: stop.signal });
  await settle();
  stop.abort();
  const { items, error } = await running;
  assert.deepEqual([items.length, error], [1, stop.signal.reason]);
  assert.equal((await answer({ signal: stop.signal })).error, stop.signal.reason);
});

test("a line that falls silent is given up, and one with heartbeats is not", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let beat;
  serve(({ signal }) => {
    const body = new ReadableStream({
      start(controller) {
        beat = () => controller.enqueue(Buffer.from(": hb\n\n"));
        signal.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
    return sse(body, { headers: { "Content-Type": "text/event-stream", "X-Request-ID": "req-2" } });
  });
  const running = answer({ silence: 1000 });
  for (let second = 0; second < 5; second += 1) {
    await settle();
    mock.timers.tick(900);
    beat();
  }
  await settle();
  mock.timers.tick(1000);
  assert.deepEqual(facts((await running).error), { ...clientFault("silent"), requestId: "req-2" });
});

test("a server that never answers is given up when the time for silence is over", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  serve(({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))));
  const running = answer();
  let over = false;
  running.then(() => (over = true));
  mock.timers.tick(19_999);
  await settle();
  assert.ok(!over);
  mock.timers.tick(1);
  assert.equal((await running).error.code, "silent");
});
