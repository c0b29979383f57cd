"""`/v1`: the bots for clients of OpenAI's API, which have a key."""

from __future__ import annotations

import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from coze_web import current
from coze_web.bearer import require_bearer
from coze_web.errors import RequestError
from coze_web.exchange import ChatExchange
from coze_web.openai import (
    Completion,
    CompletionAnswer,
    CompletionRequest,
    Head,
    Model,
    ModelList,
    fault_of,
    may_be_repeated,
    prompt_of,
    status_of,
)
from coze_web.openapi import Described
from coze_web.openapi.codes import ASKS_COZE
from coze_web.openapi.events import COMPLETION_EVENTS
from coze_web.question import CODES_OF_A_TEXT
from coze_web.reading import read_body
from coze_web.services import services
from coze_web.waiting import CLIENT_CLOSED_REQUEST, begin, event_stream, wait_for_whole
from coze_web.web import answer_error, handle_errors, jsonify, language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.errors import CozeWebError

bp = Blueprint("openai", __name__, url_prefix="/v1")


@bp.before_request
def require_key() -> None:
    """Let nobody pass but who sends one of the keys.

    Raises:
        RequestError: the API is off, or the key is missing or wrong.

    """
    keys = services().settings.api_keys
    if not keys:
        raise RequestError("openai_off")
    require_bearer(keys, missing="api_key_missing", wrong="invalid_api_key")


@bp.post("/chat/completions")
@Described(
    body=CompletionRequest,
    gives=Completion,
    events=COMPLETION_EVENTS,
    codes=(*CODES_OF_A_TEXT, "model_not_found", "daily_limit"),
)
def create_completion() -> Response:
    """Relay the answer to `{"model": "…", "messages": […]}`, with `"stream": true` as it is written."""
    coze, wanted = services(), read_body(CompletionRequest)
    bot_id = coze.models.bot_id(wanted.model)
    prompt = prompt_of(wanted, bot_id, wanted.user or str(uuid.uuid4()), coze.settings.max_message)
    if wanted.user:
        prompt = prompt._replace(session_name=coze.settings.session_name(f"user:{wanted.user}"))
    head = Head(f"chatcmpl-{current.request_id()}", int(time.time()), wanted.model)
    answer = CompletionAnswer(head, tells_usage=wanted.tells_usage)
    relay = coze.streams.open(ChatExchange(coze.gateway, prompt, answer), current.request_id(), _admission())
    if wanted.stream:
        return event_stream(relay, begin(relay))
    if not wait_for_whole(relay):
        return Response(status=CLIENT_CLOSED_REQUEST)
    return jsonify(answer.completion().fields())


@bp.get("/models")
@Described(gives=ModelList, codes=ASKS_COZE)
def list_models() -> Response:
    """List the bots."""
    return jsonify(ModelList(data=services().models.all()).model_dump())


@bp.get("/models/<path:model>")
@Described(gives=Model, codes=(*ASKS_COZE, "model_not_found"))
def retrieve_model(model: str) -> Response:
    """Show one bot, by its id or its name."""
    return jsonify(services().models.find(model).model_dump())


@contextmanager
def _admission() -> Iterator[None]:
    """Count one chat of the site; a key is no visitor, whose questions are counted."""
    services().rates.begin()
    yield


def answer_fault(error: CozeWebError, status: int | None = None) -> Response:
    """Answer with OpenAI's error object, with the status of its code unless told otherwise."""
    response = answer_error(error, status or status_of(error))
    response.data = jsonify(fault_of(error, language(), current.request_id()).fields()).data
    response.headers["X-Should-Retry"] = str(may_be_repeated(error)).lower()
    return response


handle_errors(bp, answer_fault)
