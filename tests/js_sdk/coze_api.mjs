// The official JavaScript SDK against the embedded Coze that the variables point at: `node coze_api.mjs`.
import assert from "node:assert/strict";
import { test } from "node:test";

import { APIError, CozeAPI, RoleType } from "@coze/api";

const {
  COZE_API_BASE: baseURL,
  COZE_API_TOKEN: token,
  COZE_BOT_ID: botId,
  COZE_WORKSPACE_ID: workspaceId,
  COZE_WORKFLOW_ID: workflowId,
} = process.env;
const coze = new CozeAPI({ baseURL, token });

const said = (content) => [{ role: RoleType.User, content, content_type: "text" }];
const asking = (content) => ({ bot_id: botId, user_id: "js", additional_messages: said(content) });
const running = (input) => ({ workflow_id: workflowId, parameters: { input } });
const hasCode = (code) => (error) => error instanceof APIError && error.code === code && Boolean(error.logid);

async function collect(events) {
  const found = [];
  for await (const event of events) found.push(event);
  return found;
}

async function newBot() {
  const { bot_id: made } = await coze.bots.create({ space_id: workspaceId, name: "Made by JavaScript" });
  await coze.bots.publish({ bot_id: made, connector_ids: ["1024"] });
  return made;
}

// Chats

test("a chat is streamed to its end", async () => {
  const events = await collect(coze.chat.stream(asking("/say 3")));
  const deltas = events.filter(({ event }) => event === "conversation.message.delta");
  assert.equal(deltas.map(({ data }) => data.content).join(""), "1 2 3 ");
  assert.deepEqual(events.slice(-2).map(({ event }) => event), ["conversation.chat.completed", "done"]);
});

test("a chat is created, retrieved and its messages are listed", async () => {
  const created = await coze.chat.create(asking("/echo 你好"));
  assert.equal(created.status, "in_progress");
  const { chat, messages } = await coze.chat.createAndPoll(asking("/echo 你好"));
  assert.equal(chat.status, "completed");
  assert.deepEqual(messages.filter(({ type }) => type === "answer").map(({ content }) => content), ["你好"]);
  const shown = await coze.chat.retrieve(chat.conversation_id, chat.id);
  assert.deepEqual(shown, chat);
  assert.equal((await coze.chat.messages.list(chat.conversation_id, chat.id)).length, messages.length);
});

test("a running chat is cancelled once", async () => {
  const { conversation_id: talk, id } = await coze.chat.create(asking("/say 1000"));
  assert.equal((await coze.chat.cancel(talk, id)).status, "canceled");
  await assert.rejects(coze.chat.cancel(talk, id), hasCode(4104));
});

test("a chat goes on with the output of a tool", async () => {
  const events = await collect(coze.chat.stream(asking("/tool get_weather")));
  const { data: chat } = events.find(({ event }) => event === "conversation.chat.requires_action");
  const [call] = chat.required_action.submit_tool_outputs.tool_calls;
  assert.equal(call.function.name, "get_weather");
  const fields = { conversation_id: chat.conversation_id, chat_id: chat.id, stream: true };
  const outputs = [{ tool_call_id: call.id, output: "sunny" }];
  const more = await collect(coze.chat.submitToolOutputs({ ...fields, tool_outputs: outputs }));
  assert.match(JSON.stringify(more), /sunny/);
  assert.equal(more.at(-1).event, "done");
});

test("a refusal is an error with code and log id, or an error event of a stream", async () => {
  const draft = { ...asking("hi"), bot_id: "7379462189365198899" };
  await assert.rejects(coze.chat.create(draft), hasCode(4015));
  const [{ event, data }] = await collect(coze.chat.stream(draft));
  assert.deepEqual([event, data.code], ["error", 4015]);
  const stranger = new CozeAPI({ baseURL, token: "pat_wrong" });
  await assert.rejects(stranger.conversations.create({}), (error) => error.status === 401 && error.code === 700012006);
});

// Conversations

test("a conversation is made, shown, renamed, cleared and forgotten", async () => {
  const made = await coze.conversations.create({ bot_id: botId, meta_data: { k: "v" } });
  assert.deepEqual(await coze.conversations.retrieve(made.id), made);
  const path = `/v1/conversations/${made.id}`;
  assert.equal((await coze.put(path, { name: "new" })).data.name, "new");
  const section = await coze.conversations.clear(made.id);
  assert.equal((await coze.conversations.retrieve(made.id)).last_section_id, section.id);
  await coze.delete(path);
  await assert.rejects(coze.conversations.retrieve(made.id), hasCode(4002));
});

test("the conversations of a bot are listed page by page", async () => {
  const bot = await newBot();
  const made = [];
  for (let n = 0; n < 3; n += 1) made.unshift((await coze.conversations.create({ bot_id: bot })).id);
  const pages = [1, 2].map((page) => coze.conversations.list({ bot_id: bot, page_num: page, page_size: 2 }));
  const [first, second] = await Promise.all(pages);
  assert.deepEqual([...first.conversations, ...second.conversations].map(({ id }) => id), made);
  assert.deepEqual([first.has_more, second.has_more], [true, false]);
});

test("messages are put, listed, shown, changed and forgotten", async () => {
  const { id: talk } = await coze.conversations.create({ messages: said("first") });
  const { messages } = coze.conversations;
  const made = await messages.create(talk, { role: RoleType.User, content: "new", content_type: "text" });
  const listed = await messages.list(talk);
  assert.deepEqual(listed.data.map(({ content }) => content), ["new", "first"]);
  assert.deepEqual([listed.first_id, listed.has_more], [made.id, false]);
  assert.deepEqual(await messages.retrieve(talk, made.id), made);
  assert.equal((await messages.update(talk, made.id, { content: "newer" })).content, "newer");
  assert.equal((await messages.delete(talk, made.id)).content, "newer");
  await assert.rejects(messages.retrieve(talk, made.id), hasCode(4005));
});

// Bots

test("bots are listed and shown in both generations", async () => {
  const old = await coze.bots.list({ space_id: workspaceId, page_size: 1, page_index: 1 });
  assert.equal(old.space_bots[0].bot_id, botId);
  const first = await coze.bots.listNew({ workspace_id: workspaceId, page_size: 1, page_num: 1 });
  const second = await coze.bots.listNew({ workspace_id: workspaceId, page_size: 1, page_num: 2 });
  assert.equal(first.items[0].id, botId);
  assert.notEqual(second.items[0].id, botId);
  assert.equal((await coze.bots.retrieve({ bot_id: botId })).bot_id, botId);
  assert.equal((await coze.bots.retrieveNew(botId)).bot_id, botId);
  await assert.rejects(coze.bots.retrieve({ bot_id: "1" }), hasCode(4200));
});

test("a bot is made, published and changed", async () => {
  const bot = await newBot();
  await coze.bots.update({ bot_id: bot, name: "Renamed" });
  assert.equal((await coze.bots.retrieveNew(bot)).name, "Renamed");
});

test("the workspace and the user are known", async () => {
  assert.deepEqual((await coze.workspaces.list({})).workspaces.map(({ id }) => id), [workspaceId]);
  assert.equal((await coze.users.me()).user_name, "emulator");
});

// Workflows

test("a workflow is run", async () => {
  const { data, execute_id: id } = await coze.workflows.runs.create(running("/echo 你好"));
  assert.deepEqual(JSON.parse(data), { output: "你好" });
  const [run] = await coze.workflows.runs.history(workflowId, id);
  assert.deepEqual([run.execute_status, run.output], ["Success", data]);
  await assert.rejects(coze.workflows.runs.create({ workflow_id: "1" }), hasCode(4200));
});

test("a workflow is streamed", async () => {
  const events = await collect(coze.workflows.runs.stream(running("/say 3")));
  assert.deepEqual(events.map(({ id }) => id), [0, 1, 2, 3, 4]);
  assert.deepEqual(JSON.parse(events.at(-2).data.content), { output: "1 2 3 " });
  assert.equal(events.at(-1).event, "Done");
});

test("an interrupted workflow is resumed", async () => {
  const interrupt = (await collect(coze.workflows.runs.stream(running("/ask")))).at(-1);
  assert.equal(interrupt.event, "Interrupt");
  const { event_id, type } = interrupt.data.interrupt_data;
  const answered = { workflow_id: workflowId, event_id, resume_data: "Paris", interrupt_type: type };
  const events = await collect(coze.workflows.runs.resume(answered));
  assert.match(events.at(-2).data.content, /Paris/);
  assert.equal(events.at(-1).event, "Done");
});

test("the workflow can be chatted with", async () => {
  const order = { workflow_id: workflowId, bot_id: botId, parameters: {}, additional_messages: said("/echo hi") };
  const events = await collect(coze.workflows.chat.stream(order));
  const answer = events.find(({ event }) => event === "conversation.message.completed");
  assert.equal(answer.data.content, "hi");
  assert.equal(events.at(-1).event, "done");
});
