"""POST /api/v1/coze/chat with `"stream": false`: the whole answer, or an error with a true status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import (
    BEGIN,
    CHAT_ID,
    CHAT_URL,
    CONVERSATION_ID,
    DONE,
    LOGID,
    USAGE,
    answer,
    chat_event,
    delta,
    event,
    message,
)
from tests.visitor import ask, play

if TYPE_CHECKING:
    import responses
    from flask.testing import FlaskClient


def test_whole_answer_as_json(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("你", "好"))
    response = ask(client, stream=False)
    assert response.status_code == 200
    assert response.json == {
        "content": "你好",
        "usage": USAGE,
        "logid": LOGID,
        "chat_id": CHAT_ID,
        "conversation_id": CONVERSATION_ID,
        "request_id": response.headers["X-Request-ID"],
    }


@pytest.mark.parametrize(
    ("code", "status", "retryable"),
    [(4100, 502, False), (4016, 503, True), (4008, 503, False), (4200, 502, False), (4999, 502, True)],
)
def test_as_json_an_error_has_a_true_status(
    client: FlaskClient, coze: responses.RequestsMock, code: int, status: int, *, retryable: bool
) -> None:
    coze.post(CHAT_URL, json={"code": code, "msg": "upstream words", "detail": {"logid": LOGID}})
    response = ask(client, stream=False)
    assert response.status_code == status
    assert (response.json["code"], response.json["retryable"]) == (str(code), retryable)
    assert (response.json["type"], response.json["logid"]) == ("error", LOGID)
    assert "upstream words" not in response.text


def test_as_json_a_message_without_text_is_no_line(client: FlaskClient, coze: responses.RequestsMock) -> None:
    completed = b"".join(event("conversation.message.completed", message(text)) for text in ("", "a", "", "b"))
    play(coze, BEGIN + completed + chat_event("completed") + DONE)
    assert ask(client, stream=False).json["content"] == "a\n\nb"


def test_as_json_a_long_retry_after_is_handed_on(client: FlaskClient, coze: responses.RequestsMock) -> None:
    coze.post(CHAT_URL, status=429, headers={"Retry-After": "60"})
    response = ask(client, stream=False)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert "60 s" in response.json["message"]


def test_as_json_half_a_character_is_replaced(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("a\ud800"))
    assert ask(client, stream=False).json["content"] == "a?"


def test_as_json_a_cut_answer_is_an_error(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, BEGIN + delta("hi"))
    response = ask(client, stream=False)
    assert (response.status_code, response.json["code"]) == (502, "upstream_truncated")
