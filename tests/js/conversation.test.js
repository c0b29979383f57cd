import assert from "node:assert/strict";
import { test } from "node:test";

import { createKeep } from "../../coze_web/static/js/lib/keep.js";
import { Conversation } from "../../coze_web/static/js/models/conversation.js";

/** A browser's storage that takes so many characters. */
function storage(room = Infinity) {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem(key, value) {
      if (value.length > room) throw new Error("QuotaExceededError");
      items.set(key, value);
    },
  };
}

const blocked = () => {
  throw new Error("SecurityError");
};
const left = { code: "left" };
const questions = (conversation) => conversation.turns.map(({ question }) => question);

function asked(keep, ...texts) {
  const conversation = new Conversation(keep, left);
  for (const text of texts) conversation.add(text).begin().finish();
  conversation.save();
  return conversation;
}

test("a reload finds the turns again", () => {
  const tab = storage();
  asked(createKeep("a", () => tab), "one", "two");
  assert.deepEqual(questions(new Conversation(createKeep("a", () => tab), left)), ["one", "two"]);
});

test("another page in the same tab has a conversation of its own", () => {
  const tab = storage();
  asked(createKeep("a", () => tab), "one");
  assert.deepEqual(questions(new Conversation(createKeep("b", () => tab), left)), []);
});

test("an answer that was being written has ended with the given error", () => {
  const tab = storage();
  const conversation = new Conversation(createKeep("a", () => tab), left);
  conversation.add("one").begin();
  conversation.save();
  const [turn] = new Conversation(createKeep("a", () => tab), left).turns;
  assert.deepEqual([turn.attempt.status, turn.attempt.error], ["failed", left]);
});

test("where there is no room for all, the newest turns are kept", () => {
  const tab = storage(1500);
  asked(createKeep("a", () => tab), "one", "two", "three", "four", "five", "six", "seven", "eight");
  const kept = questions(new Conversation(createKeep("a", () => tab), left));
  assert.ok(kept.length > 0 && kept.length < 8, `${kept}`);
  assert.equal(kept.at(-1), "eight");
});

test("what the page has shown stays there when it comes back, though there was no room to keep it", () => {
  const tab = storage(1500);
  const conversation = asked(createKeep("a", () => tab), "one", "two", "three", "four", "five", "six", "seven", "eight");
  assert.equal(conversation.load(), false);
  assert.equal(conversation.turns.length, 8);
});

test("what another page of the tab has asked since is taken up", () => {
  const tab = storage();
  const conversation = asked(createKeep("a", () => tab), "one");
  const other = new Conversation(createKeep("a", () => tab), left);
  other.add("two").begin().finish();
  other.save();
  assert.equal(conversation.load(), true);
  assert.deepEqual(questions(conversation), ["one", "two"]);
});

test("where the browser keeps nothing, the page works all the same", () => {
  assert.deepEqual(questions(asked(createKeep("a", blocked), "one")), ["one"]);
});

for (const stored of ["not JSON", "42", '[{"question":"x"}]', '{"a":1}', "[null]"]) {
  test(`what cannot be read is forgotten: ${stored}`, () => {
    const tab = storage();
    tab.setItem("a", stored);
    assert.deepEqual(questions(new Conversation(createKeep("a", () => tab), left)), []);
  });
}

test("what is put aside can be brought back", () => {
  const conversation = asked(createKeep("a", blocked), "one");
  const earlier = conversation.replace([]);
  assert.deepEqual(questions(conversation), []);
  conversation.replace(earlier);
  assert.deepEqual(questions(conversation), ["one"]);
});
