"""What one writes first with Flask and cozepy: it streams as cozepy's README shows, and does nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import httpx
from cozepy import Coze, Message, SyncHTTPClient, TokenAuth
from flask import Flask, Response, request

if TYPE_CHECKING:
    from collections.abc import Iterator

app = Flask(__name__)
coze = Coze(
    TokenAuth(os.environ["COZE_PAT"]),
    os.environ["COZE_API_BASE_URL"],
    # Unless told otherwise, cozepy stops at 1000 connections and gives up after 5 seconds of connecting. It keeps 100
    # of them alive; with all, 2000 chats took 28 s instead of 22: the pool counts them anew for each that is idle.
    SyncHTTPClient(
        trust_env=False, timeout=600, limits=httpx.Limits(max_connections=5000, max_keepalive_connections=100)
    ),
)


@app.get("/healthz")
def health() -> str:
    """Say that the worker is ready."""
    return "ok"


@app.post("/api/v1/coze/chat")
def chat() -> Response:
    """Relay the SDK's typed events."""
    message = Message.build_user_question_text(request.get_json()["message"])
    bot_id = os.environ["COZE_BOT_ID"]

    def events() -> Iterator[str]:
        for event in coze.chat.stream(bot_id=bot_id, user_id="visitor", additional_messages=[message]):
            body = event.message or event.chat
            yield f"event: {event.event.value}\ndata: {body.model_dump_json() if body else ''}\n\n"
        yield "event: done\ndata: [DONE]\n\n"

    return Response(events(), mimetype="text/event-stream")
