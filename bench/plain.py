"""The peer: what one writes first with Flask and cozepy. It streams, and does nothing else that coze-web does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cozepy import Coze, Message, SyncHTTPClient, TokenAuth
from flask import Flask, Response, request

if TYPE_CHECKING:
    from collections.abc import Iterator

app = Flask(__name__)
coze = Coze(
    TokenAuth(os.environ["COZE_PAT"]), os.environ["COZE_API_BASE_URL"], SyncHTTPClient(trust_env=False, timeout=60)
)


@app.get("/health")
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
            yield f"event: {event.event}\ndata: {body.model_dump_json() if body else ''}\n\n"
        yield "event: done\ndata: [DONE]\n\n"

    return Response(events(), mimetype="text/event-stream")
