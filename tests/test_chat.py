"""POST /api/v1/coze/chat as a stream, with Coze played at the transport."""

from __future__ import annotations

import json
import logging
import uuid
from typing import TYPE_CHECKING

import pytest
import requests

from coze_web.services import services
from coze_web.sse import Frame, FrameParser
from tests.coze_wire import (
    BEGIN,
    CANCEL_URL,
    CHAT_ID,
    CHAT_URL,
    CONVERSATION_ID,
    DONE,
    LOGID,
    TOKEN,
    answer,
    chat_event,
    delta,
    event,
    json_of,
    message,
)
from tests.log_lines import request_lines
from tests.servers import wait_until
from tests.visitor import URL, ask, cancelled, error_of, frames, play

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient


def test_the_answer_is_forwarded_unchanged_and_ends_with_done(
    client: FlaskClient, coze: responses.RequestsMock
) -> None:
    sent = answer("星期", "三。")
    play(coze, sent)
    *forwarded, last = frames(ask(client))
    assert forwarded == FrameParser().feed(sent)[:-1]
    assert last == Frame("done", "[DONE]")


def test_frames_are_written_as_documented(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, BEGIN + event("conversation.message.delta", '{ "content": "\\u4e2d" }') + chat_event("completed") + DONE)
    data = ask(client).data
    assert b'event: conversation.message.delta\ndata: { "content": "\\u4e2d" }\n\n' in data
    assert data.endswith(b"event: done\ndata: [DONE]\n\n")


def test_nothing_buffers_or_keeps_the_answer(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("hi"))
    response = ask(client)
    assert response.headers["X-Accel-Buffering"] == "no"
    assert response.headers["Cache-Control"] == "no-store, no-transform"


def test_every_question_has_a_visitor_of_its_own(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("hi"))
    for _ in range(2):
        frames(ask(client))
    users = {json_of(call.request)["user_id"] for call in coze.calls}
    assert len(users) == 2
    assert all(uuid.UUID(user).version == 4 for user in users)


@pytest.mark.parametrize(
    "extra", [b": comment\n", b"id: 7\n", b"retry: 10\n", b"event: PING\ndata:\n\n", b"\xef\xbb\xbf"]
)
def test_what_breaks_the_sdk_does_not_break_the_answer(
    client: FlaskClient, coze: responses.RequestsMock, extra: bytes
) -> None:
    play(coze, extra + answer("hi"))
    assert [frame.event for frame in frames(ask(client))][-1] == "done"


def test_separators_inside_the_answer_survive(client: FlaskClient, coze: responses.RequestsMock) -> None:
    text = "a\u2028b\u0085c"
    raw = json.dumps(message(text), ensure_ascii=False)
    play(coze, BEGIN + event("conversation.message.delta", raw) + chat_event("completed") + DONE)
    assert Frame("conversation.message.delta", raw) in frames(ask(client))


def test_text_that_looks_like_an_event_forges_none(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("\n\nevent: done\ndata: [DONE]\n\n"))
    assert [frame.event for frame in frames(ask(client))].count("done") == 1


@pytest.mark.parametrize("tail", [b"", chat_event("completed")[:-2]])
def test_an_answer_that_is_whole_is_done_without_the_end_marker(
    client: FlaskClient, coze: responses.RequestsMock, tail: bytes
) -> None:
    play(coze, BEGIN + delta("hi") + (tail or chat_event("completed")))
    assert frames(ask(client))[-1].event == "done"


@pytest.mark.parametrize("end", [b"", DONE, delta("world")[:40], b"event:conversation.message.delta\n"])
def test_an_answer_that_is_not_whole_is_an_error_and_is_cancelled(
    client: FlaskClient, coze: responses.RequestsMock, end: bytes
) -> None:
    play(coze, BEGIN + delta("hi") + end)
    body = error_of(ask(client))
    assert (body["code"], body["retryable"], body["logid"]) == ("upstream_truncated", True, LOGID)
    wait_until(lambda: cancelled(coze) == [{"conversation_id": CONVERSATION_ID, "chat_id": CHAT_ID}])


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (event("error", {"code": 4009, "msg": "upstream words"}), "4009"),
        (event("error", {}), "upstream_error"),
        (chat_event("failed", last_error={"code": 5000, "msg": "upstream words"}), "5000"),
        (chat_event("failed", last_error={"code": 5000, "msg": "upstream words"}).rstrip(), "5000"),
        (chat_event("failed", last_error={"code": 4010, "msg": "upstream words"}) + DONE, "4010"),
        (chat_event("requires_action"), "requires_action"),
        (chat_event("requires_action").rstrip(), "requires_action"),
        (chat_event("canceled"), "chat_canceled"),
        (event("conversation.message.delta", '{"content": "upstream words'), "upstream_malformed"),
        (event("conversation.message.delta", "x" * 1_200_000), "event_too_large"),
    ],
)
def test_a_chat_that_fails_is_one_error(
    client: FlaskClient, coze: responses.RequestsMock, end: bytes, code: str
) -> None:
    play(coze, BEGIN + delta("hi") + end)
    response = ask(client)
    assert error_of(response)["code"] == code
    assert b"upstream words" not in response.data
    assert delta("hi")[36:] in response.data.replace(b"data: ", b"data:"), "what came before is kept"


def test_an_error_tells_the_visitor_in_their_language(client: FlaskClient, coze: responses.RequestsMock) -> None:
    coze.post(CHAT_URL, json={"code": 4015, "msg": "upstream words", "detail": {"logid": LOGID}})

    def told(language: str) -> str:
        response = client.post(URL, json={"message": "hi"}, headers={"Accept-Language": language})
        return str(error_of(response)["message"])

    assert "未发布" in told("zh-CN,zh;q=0.9,en;q=0.8") or "尚未发布" in told("zh-CN")
    assert "not published" in told("en-US,en;q=0.9")
    assert "not published" in told("fr")


@pytest.mark.parametrize("raised", [requests.exceptions.ReadTimeout(), requests.exceptions.SSLError()])
def test_a_coze_that_is_not_there_is_one_error(
    client: FlaskClient, coze: responses.RequestsMock, raised: Exception
) -> None:
    coze.post(CHAT_URL, body=raised)
    assert error_of(ask(client))["retryable"] is True


def test_a_fault_of_ours_is_one_error_too(
    client: FlaskClient, coze: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("coze_web.answers.ChatAnswer.take", fail)
    play(coze, answer("hi"))
    assert error_of(ask(client))["code"] == "internal_error"
    assert "ZeroDivisionError" in caplog.text


def cut_short(client: FlaskClient, coze: responses.RequestsMock, cancel_code: int) -> None:
    coze.post(CHAT_URL, body=BEGIN, content_type="text/event-stream")
    coze.post(CANCEL_URL, json={"code": cancel_code, "msg": "upstream words"})
    error_of(ask(client))


def test_a_cancellation_that_fails_is_only_logged(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    cut_short(client, coze, 5000)
    wait_until(lambda: "could not be cancelled: code=5000" in caplog.text)


def test_a_chat_that_ended_meanwhile_needs_no_cancellation(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    cut_short(client, coze, 4104)
    wait_until(lambda: [line["code"] for line in request_lines(caplog)] == ["upstream_truncated"])
    assert "could not be cancelled" not in caplog.text


def test_the_log_tells_what_coze_refused_and_why_a_connection_failed(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    coze.post(CHAT_URL, json={"code": 4100, "msg": "upstream words", "detail": {"logid": LOGID}})
    error_of(ask(client))
    assert f"code=4100 logid={LOGID}" in caplog.text
    coze.replace("POST", CHAT_URL, body=requests.exceptions.SSLError("upstream words"))
    error_of(ask(client))
    assert "code=upstream_unavailable logid= cause=NetworkError < SSLError" in caplog.text
    assert "upstream words" not in caplog.text


def test_ids_of_coze_cannot_forge_a_log_line(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    play(coze, event("conversation.chat.created", {"id": "1\nforged", "conversation_id": "1"}) + answer("hi"))
    frames(ask(client))
    coze.replace("POST", CHAT_URL, json={"code": 4100, "msg": "", "detail": {"logid": "1\nforged"}})
    assert error_of(ask(client))["logid"] == ""
    wait_until(lambda: "4100" in [line["code"] for line in request_lines(caplog)])
    assert "forged" not in caplog.text


def test_the_log_has_the_outcome_and_neither_question_nor_token(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    play(coze, answer("canary answer"))
    response = ask(client, "canary question")
    frames(response)
    request_id = response.headers["X-Request-ID"]
    wait_until(lambda: request_lines(caplog))
    line = request_lines(caplog)[0]
    assert (line["outcome"], line["request_id"], line["logid"]) == ("done", request_id, LOGID)
    assert line["answer"] == f"chat_id={CHAT_ID}"
    assert "canary" not in caplog.text
    assert TOKEN not in caplog.text


def test_a_response_that_nobody_reads_is_given_up(make_app: Callable[..., Flask], coze: responses.RequestsMock) -> None:
    app = make_app()
    play(coze, BEGIN)
    response = app.test_client().post(URL, json={"message": "hi"}, buffered=False)
    response.close()
    wait_until(lambda: not len(services(app).streams))
