// OpenAI's official JavaScript client against the site that the variables point at: `node openai.mjs`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import OpenAI, { APIError, AuthenticationError, BadRequestError, InternalServerError, NotFoundError } from "openai";

const { SITE, COZE, API_KEY: apiKey, BOT_ID: model } = process.env;
const client = new OpenAI({ apiKey, baseURL: `${SITE}/v1` });

const asking = (content, more = {}) => ({ model, messages: [{ role: "user", content }], ...more });
const create = (content, more) => client.chat.completions.create(asking(content, more));

async function collect(stream) {
  const found = [];
  for await (const chunk of stream) found.push(chunk);
  return found;
}

const textOf = (chunks) => chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");

async function journal() {
  return (await (await fetch(`${COZE}/_emulator/journal`)).json()).entries;
}

test("a whole answer", async () => {
  const found = await create("/say 3");
  assert.equal(found.choices[0].message.content, "1 2 3 ");
  assert.equal(found.choices[0].finish_reason, "stop");
  assert.equal(found.usage.completion_tokens, 3);
  assert.equal(found.id, `chatcmpl-${found._request_id}`);
});

test("a streamed answer with its tokens", async () => {
  const chunks = await collect(await create("/say 3", { stream: true, stream_options: { include_usage: true } }));
  assert.equal(textOf(chunks), "1 2 3 ");
  const [finished, last] = chunks.slice(-2);
  assert.equal(finished.choices[0].finish_reason, "stop");
  assert.equal(finished.usage, null);
  assert.deepEqual(last.choices, []);
  assert.equal(last.usage.completion_tokens, 3);
});

test("the client's own helper puts the pieces together", async () => {
  const found = await client.chat.completions.stream(asking("/echo one two")).finalChatCompletion();
  assert.equal(found.choices[0].message.content, "one two");
  assert.equal(found.choices[0].message.role, "assistant");
});

test("what the bot thinks is told apart", async () => {
  const chunks = await collect(await create("think about rain", { stream: true }));
  const thought = chunks.map(({ choices }) => choices[0]?.delta.reasoning_content ?? "").join("");
  assert.match(thought, /think about rain/);
  assert.ok(textOf(chunks).length > 0);
  assert.ok(!textOf(chunks).includes(thought));
});

test("models are listed, and retrieved by id and by name", async () => {
  const models = await collect(await client.models.list());
  assert.equal(models[0].id, model);
  for (const { id, name } of models) assert.equal((await client.models.retrieve(name)).id, id);
});

test("errors are those that the client knows", async () => {
  const stranger = new OpenAI({ apiKey: "wrong", baseURL: `${SITE}/v1` });
  await assert.rejects(stranger.models.list(), AuthenticationError);
  await assert.rejects(create("hi", { model: "gpt-5" }), (error) =>
    error instanceof NotFoundError && error.code === "model_not_found" && error.param === "model");
  await assert.rejects(create("hi", { n: 2 }), (error) => error instanceof BadRequestError && error.param === "n");
  await assert.rejects(create("/fault code 4015"), (error) =>
    error instanceof NotFoundError && error.code === "4015" && Boolean(error.error.logid));
  await assert.rejects(create("/fault failed"), (error) => error instanceof InternalServerError && error.code === "5000");
});

test("a stream that is cut is an error", async () => {
  const seen = [];
  const reading = (async () => {
    for await (const chunk of await create("/fault cut", { stream: true })) seen.push(chunk);
  })();
  await assert.rejects(reading, (error) => error instanceof APIError && error.code === "upstream_truncated");
  assert.ok(textOf(seen).length > 0);
  assert.ok(seen.every(({ choices }) => choices[0].finish_reason === null));
});

test("who aborts has their chat cancelled", async () => {
  const stream = await create("/say 5000", { stream: true });
  for await (const _ of stream) break; // which aborts it
  const { chat_id: opened } = (await journal()).findLast(({ event }) => event === "opened");
  const deadline = Date.now() + 20_000;
  while (!(await journal()).some(({ event, chat_id }) => event === "cancelled" && chat_id === opened)) {
    assert.ok(Date.now() < deadline, "it was not");
    await sleep(20);
  }
});
