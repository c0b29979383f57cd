import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Chat } from "../../coze_web/static/js/chat.js";
import { Conversation } from "../../coze_web/static/js/models/conversation.js";

const NOWHERE = { load: () => null, save: () => false };
const said = (content) => ({ name: "conversation.message.delta", data: { id: "1", type: "answer", content } });

let conversation;
let views;
let asked;
let answers;

// Says a word, then waits to be stopped or to be let go on.
async function* ask(question, signal) {
  asked.push(question);
  yield said("word ");
  await new Promise((go, fail) => {
    answers.push(go);
    signal.addEventListener("abort", () => fail(signal.reason));
  });
  yield said("more");
}

const settled = () => new Promise((done) => setImmediate(done));

beforeEach(() => {
  [asked, answers] = [[], []];
  conversation = new Conversation(NOWHERE, { code: "left" });
  views = {
    transcript: { busy: false, update() {}, announce() {}, reveal() {}, show(turns) { this.shown = turns; } },
    composer: { busy: false, focus() {}, takeUp() {} },
    opening: { hidden: false, canBringBack: false },
  };
});

function open() {
  const chat = new Chat(conversation, ask);
  chat.open(views);
  return chat;
}

test("one answer at a time is written", async () => {
  const chat = open();
  chat.ask("one");
  chat.ask("two");
  await settled();
  assert.deepEqual(asked.map(({ question }) => question), ["one"]);
  assert.deepEqual([views.composer.busy, views.transcript.busy, views.opening.hidden], [true, true, true]);
  answers[0]();
  await settled();
  assert.deepEqual([views.composer.busy, views.transcript.busy], [false, false]);
  assert.equal(conversation.turns[0].attempt.status, "done");
});

test("a stop keeps what was said", async () => {
  const chat = open();
  chat.ask("one");
  await settled();
  chat.stop();
  await settled();
  const [{ attempt }] = conversation.turns;
  assert.deepEqual([attempt.status, attempt.text], ["stopped", "word "]);
});

test("asking again is another attempt with another id", async () => {
  const chat = open();
  chat.ask("one");
  await settled();
  chat.stop();
  await settled();
  chat.answer(conversation.turns[0]);
  await settled();
  assert.equal(conversation.turns.length, 1);
  assert.deepEqual(conversation.turns[0].place, { n: 2, m: 2 });
  assert.notEqual(asked[0].id, asked[1].id);
  chat.stop();
});

test("a new chat stops what is being written, and can be undone", async () => {
  const chat = open();
  chat.ask("one");
  await settled();
  await chat.startAnew();
  assert.deepEqual([views.transcript.shown, views.opening.hidden, views.opening.canBringBack], [[], false, true]);
  chat.bringBack();
  assert.deepEqual(views.transcript.shown.map(({ attempt }) => attempt.status), ["stopped"]);
  assert.equal(views.opening.hidden, true);
});

test("what another page of the tab has asked is taken up, and not written over", async () => {
  let kept = null;
  const tab = { load: () => JSON.parse(kept), save: (turns) => Boolean((kept = JSON.stringify(turns))) };
  conversation = new Conversation(tab, { code: "left" });
  const chat = open();
  chat.ask("one");
  await settled();
  const other = new Conversation(tab, { code: "left" });
  other.add("two").begin().finish();
  other.save();
  await chat.takeUp();
  assert.deepEqual(views.transcript.shown.map(({ question }) => question), ["one", "two"]);
  assert.equal(views.composer.busy, false);
  assert.deepEqual(JSON.parse(kept).map(({ question }) => question), ["one", "two"]);
});

test("where nothing was kept, what is shown stays", async () => {
  const chat = open();
  chat.ask("one");
  await settled();
  await chat.takeUp();
  assert.equal(views.composer.busy, true);
  chat.stop();
});
