import assert from "node:assert/strict";
import { test } from "node:test";

import { Run, runBody } from "../../coze_web/static/js/models/run.js";

const message = (content, more) => ({ name: "Message", data: { content, ...more } });

test("what a node says in pieces is one text, and nodes stand in the order in which they began", () => {
  const run = new Run();
  const model = { node_execute_uuid: "a", node_id: "1", node_title: "Model" };
  run.take(message("it is ", model));
  run.take(message("busy", { node_id: "2", node_title: "Other" }));
  run.take(message("sunny", model));
  run.take(message('{"output":"sunny"}', { node_execute_uuid: "c", node_id: "9", node_title: "", node_type: "End" }));
  assert.deepEqual(
    run.nodes.map(({ title, text, isEnd }) => [title, text, isEnd]),
    [["Model", "it is sunny", false], ["Other", "busy", false], ["", '{"output":"sunny"}', true]],
  );
});

test("a question waits until it is answered", () => {
  const run = new Run();
  run.take({ name: "Interrupt", data: { interrupt_data: { event_id: "7/8", type: 2, data: "" } } });
  run.take({ name: "done", data: { status: "interrupted" } });
  assert.deepEqual(run.question, { eventId: "7/8", type: 2 });
  assert.equal(run.result.status, "interrupted");
  run.resume();
  assert.deepEqual(run.question, { eventId: "7/8", type: 2 }, "it may not have arrived");
  run.take(message("sunny"));
  assert.deepEqual([run.question, run.result], [null, null]);
  run.take({ name: "Interrupt", data: { interrupt_data: { event_id: "7/9", type: 2 } } });
  run.take({ name: "done", data: { status: "interrupted" } });
  assert.equal(run.question.eventId, "7/9");
});

test("what is not known, or has nothing in it, changes nothing", () => {
  const run = new Run();
  for (const event of [{ name: "PING", data: {} }, { name: "Interrupt", data: {} }, { name: "done", data: null }]) run.take(event);
  assert.deepEqual(run.nodes, []);
  assert.deepEqual(run.question, { eventId: "", type: 0 });
  assert.deepEqual(run.result, {});
});

test("parameters are sent as they were written, whatever the size of their numbers", () => {
  const body = runBody('{"id": 7391034720374620163}', { bot_id: "1" });
  assert.equal(body, '{"parameters":{"id": 7391034720374620163},"bot_id":"1","stream":true}');
  assert.equal(runBody("{}", {}), '{"parameters":{},"stream":true}');
});

for (const parameters of ["", "{", "[]", "null", "1", '{}, "bot_id": "2"']) {
  test(`parameters that are no object are sent nowhere: ${parameters}`, () => assert.equal(runBody(parameters, {}), null));
}
