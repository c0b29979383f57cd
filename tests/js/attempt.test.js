import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Attempt } from "../../coze_web/static/js/models/attempt.js";

let attempt;
let now;
const receive = (name, data) => attempt.receive({ name: `conversation.${name}`, data });
const delta = (content, more = {}) => receive("message.delta", { id: "1", type: "answer", content, ...more });
const completed = (type, content, more = {}) => receive("message.completed", { id: "1", type, content, ...more });
const texts = () => attempt.answers.map(({ text }) => text);

beforeEach(() => {
  now = 1000;
  attempt = new Attempt({ now: () => now });
});

test("a new attempt waits", () => {
  assert.deepEqual([attempt.status, attempt.open, attempt.answers, attempt.text], ["waiting", true, [], ""]);
});

test("deltas add up to the answer", () => {
  delta("Be");
  delta("cause");
  assert.deepEqual([attempt.status, texts()], ["answering", ["Because"]]);
});

test("the completed message replaces what its deltas said", () => {
  delta("Becos");
  completed("answer", "Because");
  assert.deepEqual(texts(), ["Because"]);
});

test("a completed message that leaves out the text takes nothing away", () => {
  delta("Because");
  completed("answer", "");
  receive("audio.delta", { id: "2", content: "AAAA" });
  completed("answer", "", { id: "2" });
  assert.deepEqual(attempt.answers, [{ kind: "text", text: "Because" }, { kind: "audio", text: "" }]);
});

test("a completed message needs no deltas", () => {
  completed("answer", "Because");
  assert.deepEqual([attempt.status, texts()], ["answering", ["Because"]]);
});

test("several answers stay apart and in order, and are copied as one text", () => {
  delta("one");
  delta("two", { id: "2" });
  delta(" more");
  assert.deepEqual(texts(), ["one more", "two"]);
  assert.equal(attempt.text, "one more\n\ntwo");
});

test("ids such as __proto__ are only ids", () => {
  delta("a", { id: "__proto__" });
  delta("b", { id: "constructor" });
  assert.deepEqual(texts(), ["a", "b"]);
});

test("reasoning is kept beside the answer, and shows no empty answer", () => {
  delta("", { reasoning_content: "Hm, " });
  delta(undefined, { reasoning_content: "tides" });
  assert.deepEqual([attempt.reasoning, attempt.answers, attempt.status], ["Hm, tides", [], "answering"]);
});

test("the completed message brings the reasoning only when none came before", () => {
  completed("answer", "x", { reasoning_content: "first" });
  completed("answer", "x", { reasoning_content: "second" });
  assert.equal(attempt.reasoning, "first");
});

test("a tool is a step that runs until its result comes", () => {
  completed("function_call", JSON.stringify({ name: "now", plugin_name: "Weather", arguments: {} }));
  completed("function_call", '{"name":"search"}');
  completed("tool_response", "sunny");
  assert.deepEqual(attempt.steps, [
    { label: "Weather · now", state: "done" },
    { label: "search", state: "running" },
  ]);
  completed("tool_output", "found");
  assert.deepEqual(attempt.steps.map(({ state }) => state), ["done", "done"]);
  assert.deepEqual(attempt.answers, []);
});

test("a result that belongs to no step, and a call that nobody can read, do no harm", () => {
  completed("tool_response", "sunny");
  completed("function_call", "not JSON");
  assert.deepEqual(attempt.steps, [{ label: "", state: "running" }]);
});

for (const [verb, state] of [["finish", "done"], ["stop", "left"], ["fail", "left"]]) {
  test(`${verb} ends the steps that still run`, () => {
    completed("function_call", '{"name":"search"}');
    attempt[verb](new Error("why"));
    assert.deepEqual(attempt.steps, [{ label: "search", state }]);
  });
}

test("knowledge is a step, in both forms that Coze tells it in, and is not shown", () => {
  completed("knowledge", "a passage");
  completed("verbose", '{"msg_type":"knowledge_recall","data":"{}"}');
  assert.deepEqual(attempt.steps, [{ label: "", state: "done" }, { label: "", state: "done" }]);
  assert.deepEqual(attempt.answers, []);
});

test("verbose messages are never shown", () => {
  completed("verbose", '{"msg_type":"generate_answer_finish"}');
  delta("internal", { type: "verbose" });
  assert.deepEqual([attempt.answers, attempt.followUps, attempt.status], [[], [], "waiting"]);
});

test("follow-ups are kept in order", () => {
  completed("follow_up", "And then?");
  completed("follow_up", "Really?");
  assert.deepEqual(attempt.followUps, ["And then?", "Really?"]);
});

test("the end of the chat says what it cost", () => {
  const usage = { token_count: 42, input_count: 2, output_count: 40 };
  receive("chat.completed", { usage });
  assert.deepEqual(attempt.usage, { total: 42, input: 2, output: 40 });
  receive("chat.completed", {});
  assert.equal(attempt.usage, null);
  receive("chat.completed", { usage: { token_count: "<b>" } });
  assert.equal(attempt.usage, null);
});

test("the first word and the end are timed", () => {
  now += 300;
  delta("Be");
  now += 700;
  delta("cause");
  attempt.finish();
  assert.deepEqual([attempt.firstWord, attempt.duration], [300, 1000]);
});

test("what comes without a word is not the first word", () => {
  now += 300;
  delta("");
  assert.equal(attempt.status, "waiting");
  now += 700;
  delta("Be");
  assert.equal(attempt.firstWord, 1000);
});

test("unknown events change nothing", () => {
  receive("something.new", { content: "AAAA" });
  receive("chat.failed", {});
  assert.deepEqual([attempt.status, attempt.answers], ["waiting", []]);
});

test("cards and speech are known to be there, and have no text", () => {
  completed("answer", '{"card":1}', { content_type: "card" });
  receive("audio.delta", { id: "2", content: "AAAA" });
  receive("audio.delta", { id: "2", content: "BBBB" });
  assert.deepEqual(attempt.answers, [{ kind: "card", text: "" }, { kind: "audio", text: "" }]);
  assert.equal(attempt.text, "");
});

test("a mixed message shows its texts, and its pictures and files as links", () => {
  const parts = [
    { type: "text", text: "See " },
    { type: "image" },
    null,
    { type: "text", text: "this" },
    { type: "image", file_url: "https://a.example/1.png" },
    { type: "file", file_url: "https://a.example/2.pdf" },
  ];
  completed("answer", JSON.stringify(parts), { content_type: "object_string" });
  completed("answer", "plain after all", { id: "3", content_type: "object_string" });
  assert.deepEqual(texts(), [
    "See this\n\n![](<https://a.example/1.png>)\n\n\n\n<https://a.example/2.pdf>\n\n",
    "plain after all",
  ]);
});

test("a mixed message is not shown before it is complete, and then whether its text is repeated or not", () => {
  const mixed = { content_type: "object_string" };
  for (const [id, repeated] of [["1", '[{"type":"text","text":"See"}]'], ["2", ""]]) {
    delta('[{"type":"text",', { id, ...mixed });
    assert.deepEqual([attempt.answers.length, attempt.status], [Number(id) - 1, "answering"]);
    delta('"text":"See"}]', { id, ...mixed });
    completed("answer", repeated, { id, ...mixed });
  }
  assert.deepEqual(texts(), ["See", "See"]);
});

for (const [verb, status] of [["finish", "done"], ["stop", "stopped"], ["fail", "failed"]]) {
  test(`${verb} closes the attempt and keeps what was said`, () => {
    delta("Beca");
    attempt[verb](new Error("why"));
    assert.deepEqual([attempt.status, attempt.open, texts()], [status, false, ["Beca"]]);
    assert.equal(attempt.error?.message, verb === "fail" ? "why" : undefined);
  });
}

test("each has an id that the server takes", () => {
  const ids = Array.from({ length: 100 }, () => new Attempt().id);
  assert.equal(new Set(ids).size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});

const writtenDown = (value) => Attempt.from(JSON.parse(JSON.stringify(value)), { code: "left" });

test("what is written down comes back as it was", () => {
  delta("Because", { reasoning_content: "Hm" });
  delta("two", { id: "2" });
  completed("function_call", '{"name":"search"}');
  completed("follow_up", "And?");
  attempt.fail(Object.assign(new Error("cut"), { code: "4016", retryable: true }));
  const back = writtenDown(attempt);
  assert.deepEqual(back.toJSON(), attempt.toJSON());
  assert.deepEqual([back.error.message, back.error.code], ["cut", "4016"]);
});

test("an answer that was being written when it was written down has ended", () => {
  delta("Beca");
  const back = writtenDown(attempt);
  assert.deepEqual([back.status, back.error, back.text], ["failed", { code: "left" }, "Beca"]);
});
