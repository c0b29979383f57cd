import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Turn } from "../../coze_web/static/js/models/turn.js";

let turn;
const delta = (content, more = {}) =>
  turn.receive({ name: "conversation.message.delta", data: { id: "1", type: "answer", content, ...more } });
const completed = (type, content, more = {}) =>
  turn.receive({ name: "conversation.message.completed", data: { id: "1", type, content, ...more } });

beforeEach(() => {
  turn = new Turn("Why?");
});

test("a new turn waits", () => {
  assert.deepEqual([turn.question, turn.status, turn.open, turn.answers], ["Why?", "waiting", true, []]);
});

test("deltas add up to the answer", () => {
  delta("Be");
  delta("cause");
  assert.deepEqual([turn.status, turn.answers], ["answering", ["Because"]]);
});

test("the completed message replaces what its deltas said", () => {
  delta("Becos");
  completed("answer", "Because");
  assert.deepEqual(turn.answers, ["Because"]);
});

test("a completed message needs no deltas", () => {
  completed("answer", "Because");
  assert.deepEqual([turn.status, turn.answers], ["answering", ["Because"]]);
});

test("several answers stay apart and in order", () => {
  delta("one");
  delta("two", { id: "2" });
  delta(" more");
  assert.deepEqual(turn.answers, ["one more", "two"]);
});

test("ids such as __proto__ are only ids", () => {
  delta("a", { id: "__proto__" });
  delta("b", { id: "constructor" });
  assert.deepEqual(turn.answers, ["a", "b"]);
});

test("reasoning is kept beside the answer, and shows no empty answer", () => {
  delta("", { reasoning_content: "Hm, " });
  delta(undefined, { reasoning_content: "tides" });
  assert.deepEqual([turn.reasoning, turn.answers, turn.status], ["Hm, tides", [], "answering"]);
});

test("the completed message brings the reasoning only when none came before", () => {
  completed("answer", "x", { reasoning_content: "first" });
  completed("answer", "x", { reasoning_content: "second" });
  assert.equal(turn.reasoning, "first");
});

test("tools are named once each", () => {
  const call = JSON.stringify({ name: "now", plugin_name: "Weather", arguments: {} });
  completed("function_call", call);
  completed("function_call", call);
  completed("function_call", '{"name":"search"}');
  completed("function_call", "not JSON");
  completed("tool_response", "sunny");
  completed("tool_output", "sunny");
  assert.deepEqual([turn.tools, turn.answers], [["Weather · now", "search"], []]);
});

test("knowledge is noted, not shown", () => {
  completed("knowledge", "a passage");
  assert.deepEqual([turn.knowledge, turn.answers], [true, []]);
});

test("verbose messages are never shown", () => {
  completed("verbose", '{"msg_type":"generate_answer_finish"}');
  delta("internal", { type: "verbose" });
  assert.deepEqual([turn.answers, turn.followUps, turn.status], [[], [], "waiting"]);
});

test("follow-ups are kept in order", () => {
  completed("follow_up", "And then?");
  completed("follow_up", "Really?");
  assert.deepEqual(turn.followUps, ["And then?", "Really?"]);
});

test("the end of the chat says what it cost", () => {
  turn.receive({ name: "conversation.chat.completed", data: { usage: { token_count: 42 } } });
  assert.equal(turn.tokens, 42);
  turn.receive({ name: "conversation.chat.completed", data: {} });
  assert.equal(turn.tokens, 0);
});

test("unknown events change nothing", () => {
  turn.receive({ name: "conversation.audio.delta", data: { content: "AAAA" } });
  turn.receive({ name: "conversation.chat.failed", data: {} });
  assert.deepEqual([turn.status, turn.answers], ["waiting", []]);
});

test("cards have no text, mixed messages show their text parts", () => {
  completed("answer", '{"card":1}', { content_type: "card" });
  completed("answer", '[{"type":"text","text":"See "},{"type":"image"},null,{"type":"text","text":"this"}]', {
    id: "2",
    content_type: "object_string",
  });
  completed("answer", "plain after all", { id: "3", content_type: "object_string" });
  assert.deepEqual(turn.answers, ["See this", "plain after all"]);
});

for (const [verb, status] of [["finish", "done"], ["stop", "stopped"], ["fail", "failed"]]) {
  test(`${verb} closes the turn and keeps what was said`, () => {
    delta("Beca");
    turn[verb](new Error("why"));
    assert.deepEqual([turn.status, turn.open, turn.answers], [status, false, ["Beca"]]);
    assert.equal(turn.error?.message, verb === "fail" ? "why" : undefined);
  });
}

test("each question has an id that the server takes", () => {
  const ids = Array.from({ length: 100 }, () => new Turn("Why?").id);
  assert.equal(new Set(ids).size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});

test("restart forgets everything but the question", () => {
  delta("Beca", { reasoning_content: "hm" });
  completed("follow_up", "And?");
  completed("knowledge", "x");
  turn.fail(new Error("cut"));
  const { id } = turn;
  turn.restart();
  assert.notEqual(turn.id, id, "asked again it is another message");
  assert.deepEqual({ ...turn, answers: turn.answers }, { ...new Turn("Why?"), answers: [], id: turn.id });
});
