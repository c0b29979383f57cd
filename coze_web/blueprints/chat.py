"""`POST /api/v1/coze/chat`: one question, one answer, streamed or whole."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from coze_web import current
from coze_web.exchange import ChatExchange
from coze_web.openapi import Described
from coze_web.openapi.events import CHAT_EVENTS
from coze_web.prompt import Prompt, Said
from coze_web.question import CODES, chat_body, parse_chat_request
from coze_web.rate import visitor
from coze_web.resources import WholeAnswer
from coze_web.services import services
from coze_web.waiting import CLIENT_CLOSED_REQUEST, event_stream, wait_for_whole
from coze_web.web import json_body, jsonify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.answers import ChatAnswer
    from coze_web.relay import Relay
    from coze_web.services import Services

bp = Blueprint("chat", __name__, url_prefix="/api/v1/coze")


@bp.post("/chat")
@Described(
    body=lambda settings: chat_body(settings.max_message),
    gives=WholeAnswer,
    events=CHAT_EVENTS,
    codes=(*CODES, "rate_limited", "too_many_at_once", "already_running", "daily_limit"),
)
def chat() -> Response:
    """Relay the answer to `{"message": "..."}` as an event stream, or with `"stream": false` as one JSON object."""
    coze = services()
    coze.rates.ask()
    asked = parse_chat_request(json_body(), coze.settings.max_message)
    session_name = coze.settings.session_name(visitor())
    prompt = Prompt(coze.bot_id, (Said("user", asked.message),), str(uuid.uuid4()), session_name)
    exchange = ChatExchange(coze.gateway, prompt)
    relay = coze.streams.open(exchange, current.request_id(), _admission(coze, asked.client_message_id))
    return event_stream(relay) if asked.stream else _whole(relay, exchange.answer)


@contextmanager
def _admission(coze: Services, client_message_id: str) -> Iterator[None]:
    """Let one more answer be written: for this visitor, for this question of theirs, and for the site today."""
    most, once = coze.settings.visitor_streams, int(bool(client_message_id))
    with (
        coze.running.one(f"message:{client_message_id}", once, "already_running"),
        coze.running.one(f"visitor:{visitor()}", most, "too_many_at_once"),
    ):
        coze.rates.begin()
        yield


def _whole(relay: Relay, answer: ChatAnswer) -> Response:
    if not wait_for_whole(relay):
        return Response(status=CLIENT_CLOSED_REQUEST)
    whole = WholeAnswer(
        content=answer.text,
        usage=answer.usage,
        logid=relay.reader.logid,
        chat_id=answer.chat_id,
        conversation_id=answer.conversation_id,
        request_id=current.request_id(),
    )
    return jsonify(whole)
