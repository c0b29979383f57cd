"""`POST /api/v1/coze/chat`: one question, one answer, streamed or whole."""

from __future__ import annotations

import uuid
from contextlib import closing
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, jsonify, request

from coze_web.errors import RequestError
from coze_web.question import parse_chat_request
from coze_web.reader import Question
from coze_web.services import services
from coze_web.web import language, visitor_has_left

if TYPE_CHECKING:
    from coze_web.relay import Relay

CLIENT_CLOSED_REQUEST = 499  # nginx's status for the log; nobody reads this response

bp = Blueprint("chat", __name__, url_prefix="/api/v1/coze")


@bp.before_request
def refuse_other_sites() -> None:
    """Keep other websites' pages from asking in a visitor's name and at the owner's cost (Fetch Metadata)."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise RequestError("cross_site")


@bp.post("/chat")
def chat() -> Response:
    """Relay the answer to `{"message": "..."}` as an event stream, or with `"stream": false` as one JSON object."""
    coze = services()
    coze.rate_limit.hit(request.remote_addr or "")
    if not request.is_json:
        raise RequestError("unsupported_media_type")
    asked = parse_chat_request(_body(), coze.settings.max_message)
    question = Question(asked.message, user_id=str(uuid.uuid4()), request_id=g.request_id)
    relay = coze.streams.open(coze.gateway, question)
    return _event_stream(relay) if asked.stream else _whole(relay)


def _body() -> bytes:
    body = request.get_data()
    # Werkzeug cuts a body of unknown length at the limit, where it refuses one that names a greater length.
    if request.content_length is None and len(body) >= (request.max_content_length or 0):
        raise RequestError("body_too_large")
    return body


def _event_stream(relay: Relay) -> Response:
    response = Response(relay.stream(language()), mimetype="text/event-stream")
    # nginx and its kind would collect the answer before passing it on.
    response.headers["X-Accel-Buffering"] = "no"
    # A generator that was never started runs no `finally`.
    response.call_on_close(relay.close)
    return response


def _whole(relay: Relay) -> Response:
    with closing(relay):
        for _ in relay.batches():
            # Nothing is written before the end, so nothing else would tell.
            if visitor_has_left():
                return Response(status=CLIENT_CLOSED_REQUEST)
    reader = relay.reader
    return jsonify(
        content=reader.answer.text,
        usage=reader.answer.usage,
        logid=reader.logid,
        chat_id=reader.answer.chat_id,
        conversation_id=reader.answer.conversation_id,
        request_id=g.request_id,
    )
