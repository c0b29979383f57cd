import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Turn } from "../../coze_web/static/js/models/turn.js";

let turn;

function say(content) {
  const attempt = turn.begin();
  const data = { id: "1", type: "answer", content };
  if (content) attempt.receive({ name: "conversation.message.completed", data });
  attempt.finish();
}

beforeEach(() => {
  turn = new Turn("Why?");
});

test("the newest attempt is shown", () => {
  say("one");
  say("two");
  assert.deepEqual([turn.attempt.text, turn.place], ["two", { n: 2, m: 2 }]);
});

test("one that said nothing makes room for the next", () => {
  say("");
  say("one");
  assert.deepEqual(turn.place, { n: 1, m: 1 });
});

test("the pages can be turned, but not past the ends", () => {
  say("one");
  say("two");
  turn.turnPage(1);
  assert.equal(turn.attempt.text, "two");
  turn.turnPage(-1);
  turn.turnPage(-1);
  assert.deepEqual([turn.attempt.text, turn.place], ["one", { n: 1, m: 2 }]);
});

test("what is written down comes back, at the same page", () => {
  say("one");
  say("two");
  turn.turnPage(-1);
  const back = Turn.from(JSON.parse(JSON.stringify(turn)));
  assert.deepEqual([back.question, back.attempt.text, back.place], ["Why?", "one", { n: 1, m: 2 }]);
});
