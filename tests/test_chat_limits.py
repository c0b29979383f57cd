"""What POST /api/v1/coze/chat refuses: bad input, other sites, too many questions, and all without configuration."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.services import services
from tests.coze_wire import CHAT_URL, STREAM_HEADERS, answer
from tests.servers import wait_until
from tests.visitor import URL, ask, frames, play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import responses
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"", "application/json", 400, "bad_json"),
        (b"{}", "application/json", 400, "message_missing"),
        (b'{"message": " "}', "application/json", 400, "message_blank"),
        (b'{"message": "hi"}', "text/plain", 415, "unsupported_media_type"),
        (b"message=hi", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'{"message": "hi"}', None, 415, "unsupported_media_type"),
        (b'{"message": "' + b"a" * 70_000 + b'"}', "application/json", 413, "body_too_large"),
    ],
)
def test_bad_input_is_answered_before_coze_is_asked(
    client: FlaskClient, coze: responses.RequestsMock, body: bytes, content_type: str | None, status: int, code: str
) -> None:
    response = client.post(URL, data=body, content_type=content_type)
    assert (response.status_code, response.json["code"]) == (status, code)  # type: ignore[index]
    assert not coze.calls


def test_a_body_of_unknown_length_has_the_same_limit(client: FlaskClient, coze: responses.RequestsMock) -> None:
    body = io.BytesIO(b'{"message": "hi"}' + b" " * 70_000)
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    response = client.post(URL, input_stream=body, content_type="application/json", environ_overrides=environ)
    assert (response.status_code, response.json["code"]) == (413, "body_too_large")  # type: ignore[index]
    assert not coze.calls


def test_a_message_that_is_too_long_is_told_by_how_much(make_app: Callable[..., Flask]) -> None:
    response = ask(make_app(COZE_WEB_MAX_MESSAGE="3").test_client(), "abcd")
    assert (response.status_code, response.json["code"]) == (400, "message_too_long")
    assert "4 characters; the limit is 3" in response.json["message"]


@pytest.mark.parametrize("missing", ["COZE_PAT", "COZE_BOT_ID"])
def test_without_configuration_the_missing_variable_is_named(make_app: Callable[..., Flask], missing: str) -> None:
    response = ask(make_app(**{missing: ""}).test_client())
    assert (response.status_code, response.json["code"]) == (500, "not_configured")
    assert missing in response.json["message"]


def test_the_page_of_another_site_may_not_ask(client: FlaskClient, coze: responses.RequestsMock) -> None:
    response = client.post(URL, json={"message": "hi"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (response.status_code, response.json["code"]) == (403, "cross_site")  # type: ignore[index]
    assert not coze.calls


def test_a_visitor_who_asks_too_often_is_told_to_wait(
    make_app: Callable[..., Flask], coze: responses.RequestsMock
) -> None:
    play(coze, answer("hi"))
    client = make_app(COZE_WEB_RATE_LIMIT="2 per minute").test_client()
    assert [ask(client).status_code for _ in range(2)] == [200, 200]
    response = ask(client)
    assert (response.status_code, response.json["code"]) == (429, "rate_limited")
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    other = client.post(URL, json={"message": "hi"}, environ_base={"REMOTE_ADDR": "203.0.113.9"}, buffered=True)
    assert other.status_code == 200


def test_a_forged_address_does_not_help(make_app: Callable[..., Flask], coze: responses.RequestsMock) -> None:
    play(coze, answer("hi"))
    client = make_app(COZE_WEB_RATE_LIMIT="1 per minute", DYNO="web.1").test_client()

    def status(forwarded: str) -> int:
        headers = {"X-Forwarded-For": forwarded}
        return client.post(URL, json={"message": "hi"}, headers=headers, buffered=True).status_code

    assert status("198.51.100.1") == 200
    assert status("203.0.113.7, 198.51.100.1") == 429, "only the router's own hop counts"
    assert status("198.51.100.2") == 200


def test_over_the_cap_the_visitor_is_told_to_come_back(
    make_app: Callable[..., Flask], coze: responses.RequestsMock
) -> None:
    app = make_app(COZE_WEB_MAX_STREAMS="1")
    client = app.test_client()
    asked = threading.Event()

    def wait(_: Any) -> tuple[int, dict[str, str], bytes]:
        asked.wait(5)
        return 200, STREAM_HEADERS, answer("hi")

    coze.add_callback("POST", CHAT_URL, wait, content_type="text/event-stream")
    first = client.post(URL, json={"message": "hi"}, buffered=False)
    second = ask(client)
    assert (second.status_code, second.json["code"]) == (503, "too_many_streams")
    assert int(second.headers["Retry-After"]) > 0
    asked.set()
    assert frames(first)[-1].event == "done"
    first.close()
    wait_until(lambda: not len(services(app).streams))
    assert frames(ask(client))[-1].event == "done"


@pytest.fixture
def held(coze: responses.RequestsMock) -> Iterator[threading.Event]:
    """Let Coze answer no chat before this is set."""
    answered = threading.Event()

    def wait(_: Any) -> tuple[int, dict[str, str], bytes]:
        answered.wait(5)
        return 200, STREAM_HEADERS, answer("hi")

    coze.add_callback("POST", CHAT_URL, wait, content_type="text/event-stream")
    yield answered
    answered.set()


def begin(client: FlaskClient, **fields: str) -> Any:
    return client.post(URL, json={"message": "hi", **fields}, buffered=False)


def test_a_visitor_has_a_few_answers_at_a_time(make_app: Callable[..., Flask], held: threading.Event) -> None:
    app = make_app(COZE_WEB_VISITOR_STREAMS="2")
    client = app.test_client()
    running = [begin(client), begin(client)]
    refused = ask(client)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_at_once")
    assert "2 answers" in refused.json["message"]
    assert int(refused.headers["Retry-After"]) > 0
    other = client.post(URL, json={"message": "hi"}, environ_base={"REMOTE_ADDR": "203.0.113.9"}, buffered=False)
    assert other.status_code == 200
    held.set()
    for response in [*running, other]:
        assert frames(response)[-1].event == "done"
        response.close()
    wait_until(lambda: not len(services(app).streams))
    assert frames(ask(client))[-1].event == "done"


def test_a_question_that_is_sent_twice_is_asked_once(
    make_app: Callable[..., Flask], coze: responses.RequestsMock, held: threading.Event
) -> None:
    app = make_app()
    client = app.test_client()
    first = begin(client, client_message_id="0a1b")
    second = ask(client, client_message_id="0a1b")
    assert (second.status_code, second.json["code"]) == (409, "already_running")
    held.set()
    assert frames(first)[-1].event == "done"
    first.close()
    assert sum(str(call.request.url).partition("?")[0] == CHAT_URL for call in coze.calls) == 1
    wait_until(lambda: not len(services(app).streams))
    assert frames(ask(client, client_message_id="0a1b"))[-1].event == "done", "asked again later it is a new one"


def test_the_days_chats_are_used_up_for_all(make_app: Callable[..., Flask], coze: responses.RequestsMock) -> None:
    play(coze, answer("hi"))
    app = make_app(COZE_WEB_DAILY_CHATS="2")
    client = app.test_client()
    assert client.post(URL, json={"message": ""}).status_code == 400, "which is no chat"
    for address in ("192.0.2.1", "192.0.2.2"):
        asked = client.post(URL, json={"message": "hi"}, environ_base={"REMOTE_ADDR": address}, buffered=True)
        assert frames(asked)[-1].event == "done"
    refused = ask(client)
    assert (refused.status_code, refused.json["code"]) == (429, "daily_limit")
    assert 80_000 < int(refused.headers["Retry-After"]) <= 86_400
    assert not len(services(app).streams)


def test_a_limit_that_fails_unforeseen_keeps_no_place(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("coze_web.rate.Rates.begin", fail)
    app = make_app(COZE_WEB_MAX_STREAMS="1")
    assert [ask(app.test_client()).status_code for _ in range(2)] == [500, 500]
    assert not len(services(app).streams)
