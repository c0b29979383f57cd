// Express and the official SDK, streaming as its README shows.
import { CozeAPI, RoleType } from "@coze/api";
import express from "express";

const { COZE_API_BASE_URL: baseURL, COZE_PAT: token, COZE_BOT_ID: botId, PORT: port } = process.env;
const BACKLOG = 2048; // as gunicorn's and uvicorn's; Node's own is 511
const coze = new CozeAPI({ baseURL, token });
const app = express();

app.use(express.json());

app.get("/healthz", (_, response) => {
  response.type("text/plain").send("ok");
});

app.post("/api/v1/coze/chat", async ({ body: { message } }, response) => {
  const stream = coze.chat.stream({
    bot_id: botId,
    user_id: "visitor",
    additional_messages: [{ role: RoleType.User, type: "question", content: message, content_type: "text" }],
  });
  response.type("text/event-stream");
  for await (const { event, data } of stream) {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
  response.end();
});

app.listen(Number(port), "127.0.0.1", BACKLOG);
