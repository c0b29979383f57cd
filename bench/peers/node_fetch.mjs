// Node alone: its HTTP server and its fetch; Coze's bytes are passed through as they come.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

const { COZE_API_BASE_URL: baseURL, COZE_PAT: token, COZE_BOT_ID: botId, PORT: port } = process.env;
const BACKLOG = 2048; // as gunicorn's and uvicorn's; Node's own is 511
const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };

async function chat(request, response) {
  const { message } = await json(request);
  const body = JSON.stringify({
    bot_id: botId,
    user_id: "visitor",
    stream: true,
    additional_messages: [{ role: "user", type: "question", content: message, content_type: "text" }],
  });
  const answer = await fetch(`${baseURL}/v3/chat`, { method: "POST", headers, body });
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for await (const chunk of answer.body) response.write(chunk);
  response.end();
}

const server = createServer((request, response) => {
  if (request.url === "/healthz") response.end("ok");
  else if (request.url !== "/api/v1/coze/chat") response.writeHead(404).end();
  // Without this, the first chat that fails would end the process with all the others.
  else chat(request, response).catch((error) => response.destroy(error));
});
server.listen(Number(port), "127.0.0.1", BACKLOG);
