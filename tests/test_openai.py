"""POST /v1/chat/completions: what of a request reaches Coze, what is refused, and how faults are told."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.streams import Streams
from tests.coze_wire import (
    BEGIN,
    BOT_ID,
    CANCEL_URL,
    CHAT_URL,
    DONE,
    LOGID,
    answer,
    chat_event,
    delta,
    json_of,
    ok,
)
from tests.visitor import play

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient

URL = "/v1/chat/completions"
KEY = "key_CANARY0123456789"
KEYS = f"{KEY}, other_key"
HI = [{"role": "user", "content": "hi"}]


@pytest.fixture
def holder(make_app: Callable[..., Flask]) -> FlaskClient:
    """Give the holder of a key."""
    client = make_app(COZE_WEB_API_KEYS=KEYS).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"
    return client


def ask(client: FlaskClient, **fields: Any) -> Any:
    return client.post(URL, json={"model": BOT_ID, "messages": HI, **fields}, buffered=True)


def asked(coze: responses.RequestsMock) -> Any:
    """Give what Coze was asked."""
    (call,) = [call for call in coze.calls if str(call.request.url).startswith(f"{CHAT_URL}?")]
    return json_of(call.request)


def error_of(response: Any, status: int) -> Any:
    assert response.status_code == status, response.text
    (error,) = response.json.values()
    assert list(response.json) == ["error"]
    assert error["request_id"] == response.headers["X-Request-ID"]
    return error


def test_the_question_reaches_coze_with_what_was_said_before(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("hi"))
    said = [
        {"role": "system", "content": "Be kind."},
        {"role": "developer", "content": [{"type": "text", "text": "Be"}, {"type": "text", "text": "brief."}]},
        {"role": "user", "content": "one\x00", "name": "me"},
        {"role": "assistant", "content": "two" * 9000},
        {"role": "assistant", "content": None},
        {"role": "system", "content": ""},
        {"role": "developer", "content": [{"type": "text", "text": " \n\x00"}]},
        {"role": "system", "content": "Now in Chinese."},
        {"role": "user", "content": [{"type": "text", "text": "three"}]},
    ]
    assert ask(holder, messages=said, user="user-7").status_code == 200
    sent = asked(coze)
    assert (sent["bot_id"], sent["user_id"]) == (BOT_ID, "user-7")
    assert [(one["role"], one["type"], one["content"]) for one in sent["additional_messages"]] == [
        ("user", "question", "Be kind.\n\nBe\nbrief.\n\none"),
        ("assistant", "answer", "two" * 9000),
        ("user", "question", "Now in Chinese.\n\nthree"),
    ]


def test_who_names_no_user_is_a_new_one_each_time(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("hi"))
    ask(holder)
    assert uuid.UUID(asked(coze)["user_id"]).version == 4


@pytest.mark.parametrize(
    "harmless",
    [
        {"temperature": 0, "max_tokens": 5, "top_p": 1, "seed": 1, "reasoning_effort": "low", "metadata": {"a": "b"}},
        {"n": 1, "tools": [], "tool_choice": "auto", "response_format": {"type": "text"}, "logprobs": False},
        {"stop": None, "n": None, "tools": None, "response_format": None, "user": None, "stream": None},
        {"modalities": ["text"], "stream_options": {"include_usage": True, "include_obfuscation": False}, "later": 1},
    ],
)
def test_what_changes_no_meaning_is_taken(
    holder: FlaskClient, coze: responses.RequestsMock, harmless: dict[str, Any]
) -> None:
    play(coze, answer("hi"))
    assert ask(holder, **harmless).json["choices"][0]["message"]["content"] == "hi"


def message(**fields: Any) -> dict[str, Any]:
    return {"messages": [*HI, {"role": "assistant", "content": "x"}, {"role": "user", "content": "x", **fields}]}


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"model": None}, "model"),
        ({"model": ""}, "model"),
        ({"model": 7379462189365198898}, "model"),
        ({"messages": None}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": [*HI, {"role": "assistant", "content": "x"}]}, "messages"),
        ({"messages": [*HI, {"role": "system", "content": "x"}]}, "messages"),
        ({"messages": HI * 101}, "messages"),
        ({"messages": ["hi"]}, "messages.0"),
        ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "1"}, *HI]}, "messages.0.role"),
        ({"messages": [{"role": "function", "content": "x", "name": "f"}, *HI]}, "messages.0.role"),
        ({"messages": [{"role": "assistant", "tool_calls": [{"id": "1"}]}, *HI]}, "messages.0.tool_calls"),
        (message(content=1), "messages.2.content"),
        (message(content=None), "messages.2.content"),
        (message(content=""), "messages.2.content"),
        (message(content=" \n"), "messages.2.content"),
        (message(content="x" * 8001), "messages.2.content"),
        (message(content=[]), "messages.2.content"),
        (message(content=[{"type": "text"}]), "messages.2.content"),
        (message(content=["x"]), "messages.2.content"),
        (message(content=[{"type": "image_url", "image_url": {"url": "https://x.example"}}]), "messages.2.content"),
        (message(content=[{"type": "text", "text": "x"}, {"type": "input_audio"}]), "messages.2.content"),
        ({"stream": "yes"}, "stream"),
        ({"stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
        ({"user": "x" * 129}, "user"),
        ({"n": 2}, "n"),
        ({"response_format": {"type": "json_object"}}, "response_format.type"),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, "response_format.type"),
        ({"modalities": ["text", "audio"]}, "modalities.1"),
        *(({name: ["x"]}, name) for name in ("tools", "functions", "audio", "logprobs", "stop", "web_search_options")),
    ],
)
def test_what_coze_cannot_take_is_refused_and_named(
    holder: FlaskClient, coze: responses.RequestsMock, wrong: dict[str, Any], param: str
) -> None:
    error = error_of(ask(holder, **wrong), 400)
    assert (error["param"], error["type"]) == (param, "invalid_request_error")
    assert not coze.calls


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "bad_json"),
        (b"[]", "application/json", 400, "not_an_object"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b'{"model": "' + b"x" * 2_100_000, "application/json", 413, "body_too_large"),
        (b'{"model": "\\ud800"}', "application/json", 400, "message_surrogate"),
    ],
)
def test_a_body_that_is_none_is_refused_in_openais_shape(
    holder: FlaskClient, body: bytes, content_type: str, status: int, code: str
) -> None:
    response = holder.post(URL, data=body, content_type=content_type)
    assert error_of(response, status)["code"] == code
    assert response.headers["X-Should-Retry"] == "false"


def test_a_body_may_be_larger_than_a_visitors(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("hi"))
    said = [{"role": "user", "content": "x" * 8000}] * 20
    assert ask(holder, messages=said).status_code == 200


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (4200, 404, "invalid_request_error"),
        (4010, 400, "invalid_request_error"),
        (4011, 429, "rate_limit_error"),
        (4100, 502, "server_error"),
        (4999, 502, "server_error"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_no_of_coze_has_a_true_status_even_where_a_stream_was_asked_for(
    holder: FlaskClient, coze: responses.RequestsMock, code: int, status: int, kind: str, *, stream: bool
) -> None:
    coze.post(CHAT_URL, json={"code": code, "msg": "upstream words", "detail": {"logid": LOGID}})
    response = ask(holder, stream=stream)
    error = error_of(response, status)
    assert (error["code"], error["type"], error["logid"]) == (str(code), kind, LOGID)
    assert response.headers["X-Should-Retry"] == "false"
    assert "upstream words" not in response.text


@pytest.mark.parametrize("stream", [False, True])
def test_a_chat_that_fails_before_its_first_word_has_one_too(
    holder: FlaskClient, coze: responses.RequestsMock, *, stream: bool
) -> None:
    play(coze, BEGIN + chat_event("failed", last_error={"code": 4008, "msg": "upstream words"}))
    assert error_of(ask(holder, stream=stream), 429)["code"] == "4008"


def test_a_stream_that_is_cut_ends_with_an_error_and_nothing_else(
    holder: FlaskClient, coze: responses.RequestsMock
) -> None:
    play(coze, BEGIN + delta("half"))
    response = ask(holder, stream=True)
    assert (response.status_code, response.mimetype) == (200, "text/event-stream")
    *_, piece, last, rest = response.text.split("\n\n")
    assert '"content": "half"' in piece
    assert last.startswith('data: {"error": ')
    assert '"upstream_truncated"' in last
    assert rest == ""


def test_an_answer_without_words_is_whole_too(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, BEGIN + chat_event("completed") + DONE)
    *_, finish, done, rest = ask(holder, stream=True).text.split("\n\n")
    assert '"finish_reason": "stop"' in finish
    assert (done, rest) == ("data: [DONE]", "")


def test_the_page_of_another_site_may_not_ask(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    response = holder.post(URL, json={"model": BOT_ID, "messages": HI}, headers={"Sec-Fetch-Site": "cross-site"})
    assert error_of(response, 403)["code"] == "cross_site"
    assert not coze.calls


def test_where_there_is_no_room_the_client_may_try_again(
    make_app: Callable[..., Flask], coze: responses.RequestsMock
) -> None:
    play(coze, answer("hi"))
    client = make_app(COZE_WEB_API_KEYS=KEYS, COZE_WEB_MAX_STREAMS="1").test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"
    first = client.post(URL, json={"model": BOT_ID, "messages": HI, "stream": True}, buffered=False)
    response = ask(client)
    assert error_of(response, 503)["code"] == "too_many_streams"
    assert (response.headers["X-Should-Retry"], response.headers["Retry-After"]) == ("true", "5")
    first.close()


@pytest.mark.parametrize(("was_asked", "may_repeat"), [(False, "true"), (True, "false")])
def test_a_restart_is_tried_again_only_where_coze_was_not_asked(
    holder: FlaskClient,
    coze: responses.RequestsMock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    was_asked: bool,
    may_repeat: str,
) -> None:
    asked, drained = threading.Event(), threading.Event()

    def keep_waiting(_: Any) -> tuple[int, dict[str, str], bytes]:
        asked.set()
        assert drained.wait(10)
        return 200, {}, answer("hi")

    coze.add_callback("POST", CHAT_URL, keep_waiting, content_type="text/event-stream")
    coze.post(CANCEL_URL, json=ok())
    monkeypatch.setattr(Streams, "_is_draining", staticmethod(lambda: asked.is_set() or not was_asked))
    response = ask(holder)
    drained.set()
    assert error_of(response, 503)["code"] == "server_restarting"
    assert (asked.is_set(), response.headers["X-Should-Retry"]) == (was_asked, may_repeat)


def test_the_chats_of_the_day_are_counted_and_not_tried_again(
    make_app: Callable[..., Flask], coze: responses.RequestsMock
) -> None:
    play(coze, answer("hi"))
    client = make_app(COZE_WEB_API_KEYS=KEYS, COZE_WEB_DAILY_CHATS="1", COZE_WEB_RATE_LIMIT="1 per day").test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"
    assert ask(client).status_code == 200
    response = ask(client)
    assert error_of(response, 429)["code"] == "daily_limit", "and not the visitors' limit"
    assert response.headers["X-Should-Retry"] == "false"


def test_without_a_token_of_cozes_the_missing_variable_is_named(make_app: Callable[..., Flask]) -> None:
    client = make_app(COZE_WEB_API_KEYS=KEYS, COZE_PAT="").test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"
    error = error_of(ask(client), 500)
    assert error["code"] == "not_configured"
    assert "COZE_PAT" in error["message"]
