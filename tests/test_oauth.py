"""Chats and calls with JWT OAuth, over a Coze that is played at the transport."""

from __future__ import annotations

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from coze_web.call import Call
from coze_web.errors import RefusedError, UnreachableError, UpstreamError
from coze_web.gateway import Gateway
from coze_web.gateway.tokens import EARLY, NEW
from tests.coze_wire import BASE_URL, BEGIN, BOT_ID, CANCEL_URL, CHAT_URL, LOGID, STREAM_HEADERS, answer, json_of, ok
from tests.coze_wire import prompt_of as prompt_without_session
from tests.oauth_wire import (
    CLIENT_ID,
    PUBLIC_KEY_ID,
    TOKEN_URL,
    UNKNOWN_KEY,
    granted,
    jwt_settings,
    jwt_variables,
    signed_by,
)
from tests.servers import wait_until
from tests.upstream import CHUNKED, Connection, upstream
from tests.visitor import ask, error_of, frames, play

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask

    from coze_web.prompt import Prompt
    from coze_web.settings import Settings

TOKEN_REQUEST = b"POST /api/permission/oauth2/token"
ONLINE_INFO = f"{BASE_URL}/v1/bot/get_online_info"


@pytest.fixture
def gateway() -> Gateway:
    return Gateway(jwt_settings())


def prompt_of(session_name: str) -> Prompt:
    return prompt_without_session("hi")._replace(session_name=session_name)


def chat(gateway: Gateway, session_name: str = "") -> None:
    gateway.chats.open(prompt_of(session_name), Call()).close()


def grants(coze: responses.RequestsMock, *texts: str) -> None:
    """Let Coze grant these tokens, one after the other."""
    for text in texts:
        coze.post(TOKEN_URL, json=granted(text))


def good_stream(coze: responses.RequestsMock) -> None:
    coze.post(CHAT_URL, body=answer("hi"), content_type="text/event-stream", headers=STREAM_HEADERS)


def tokens_used(coze: responses.RequestsMock) -> list[str]:
    """Return the tokens of the calls that are not for tokens."""
    return [
        str(call.request.headers["Authorization"]).removeprefix("Bearer ")
        for call in coze.calls
        if call.request.url != TOKEN_URL
    ]


def sessions(coze: responses.RequestsMock) -> list[str | None]:
    """Return for which sessions tokens were asked for."""
    return [signed_by(call.request)[1].get("session_name") for call in coze.calls if call.request.url == TOKEN_URL]


def test_a_token_is_asked_for_as_coze_wants_it(coze: responses.RequestsMock, gateway: Gateway) -> None:
    grants(coze, "czs_1")
    good_stream(coze)
    chat(gateway, "visitor")
    asked = coze.calls[0].request
    header, claims = signed_by(asked)
    assert (header["alg"], header["kid"]) == ("RS256", PUBLIC_KEY_ID)
    assert (claims["iss"], claims["aud"], claims["session_name"]) == (CLIENT_ID, "api.coze.cn", "visitor")
    assert claims["iat"] == pytest.approx(time.time(), abs=5)
    assert claims["exp"] > claims["iat"]
    assert json_of(asked)["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert json_of(asked)["duration_seconds"] > EARLY
    assert tokens_used(coze) == ["czs_1"]


def test_one_token_serves_many_chats_of_a_session(coze: responses.RequestsMock, gateway: Gateway) -> None:
    grants(coze, "czs_1", "czs_2")
    good_stream(coze)
    for session in ("a", "a", "b", "a"):
        chat(gateway, session)
    assert sessions(coze) == ["a", "b"]
    assert tokens_used(coze) == ["czs_1", "czs_1", "czs_2", "czs_1"]


def test_what_is_no_visitors_is_the_owners(coze: responses.RequestsMock, gateway: Gateway) -> None:
    grants(coze, "czs_1", "czs_2")
    good_stream(coze)
    coze.get(ONLINE_INFO, json=ok({"bot_id": BOT_ID, "name": "Helper"}))
    chat(gateway, "visitor")
    gateway.bots.published(BOT_ID)
    assert sessions(coze) == ["visitor", None]
    assert tokens_used(coze) == ["czs_1", "czs_2"]


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tokens be no longer new."""
    moment = time.time() + NEW
    monkeypatch.setattr("coze_web.gateway.tokens.time.time", lambda: moment)


@pytest.mark.parametrize(("status", "code"), [(401, 4100), (401, 700012006), (200, 4101), (401, 0)])
def test_a_token_that_coze_refuses_is_replaced_and_the_visitor_does_not_notice(
    coze: responses.RequestsMock, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, status: int, code: int
) -> None:
    grants(coze, "czs_1", "czs_2")
    good_stream(coze)
    chat(gateway, "a")
    if code == 4101:
        later(monkeypatch)
    coze.remove("POST", CHAT_URL)
    coze.post(CHAT_URL, json={"code": code, "msg": "upstream words"}, status=status)
    good_stream(coze)
    chat(gateway, "a")
    assert tokens_used(coze) == ["czs_1", "czs_1", "czs_2"]
    bodies = [json_of(call.request) for call in coze.calls if call.request.url != TOKEN_URL]
    assert bodies[1] == bodies[2], "it is the same question"


def test_but_only_once(coze: responses.RequestsMock, gateway: Gateway) -> None:
    grants(coze, "czs_1", "czs_2", "czs_3")
    coze.post(CHAT_URL, json={"code": 4100, "msg": "upstream words"}, status=401)
    with pytest.raises(RefusedError, match="4100"):
        chat(gateway)
    assert tokens_used(coze) == ["czs_1", "czs_2"]


def test_a_missing_permission_costs_no_token_while_it_is_new(
    coze: responses.RequestsMock, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    grants(coze, "czs_1", "czs_2", "czs_3")
    coze.post(CHAT_URL, json={"code": 4101, "msg": "upstream words"}, status=401)
    for _ in range(2):
        with pytest.raises(RefusedError, match="4101"):
            chat(gateway)
    assert tokens_used(coze) == ["czs_1", "czs_1"]
    later(monkeypatch)
    with pytest.raises(RefusedError, match="4101"):
        chat(gateway)
    assert tokens_used(coze)[2:] == ["czs_1", "czs_2"]


def test_another_refusal_costs_no_token(coze: responses.RequestsMock, gateway: Gateway) -> None:
    grants(coze, "czs_1", "czs_2")
    coze.post(CHAT_URL, json={"code": 4015, "msg": "upstream words"})
    with pytest.raises(RefusedError, match="4015"):
        chat(gateway)
    assert tokens_used(coze) == ["czs_1"]
    assert sessions(coze) == [None]


def test_a_key_that_coze_does_not_know_is_told_apart(
    coze: responses.RequestsMock, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    coze.post(TOKEN_URL, json=UNKNOWN_KEY, status=401, headers={"X-Tt-Logid": LOGID})
    with pytest.raises(RefusedError, match="oauth_refused") as caught:
        chat(gateway)
    assert (caught.value.logid, caught.value.http_status, caught.value.retryable) == (LOGID, 401, False)
    assert "coze-web check" in caught.value.body("en", "")["message"]
    assert "invalid jwt" not in f"{caught.value.body('en', '')} {caplog.text}"
    assert len(coze.calls) == 1


@pytest.mark.parametrize(
    ("played", "kind", "code", "calls"),
    [
        ({"body": requests.exceptions.ConnectTimeout()}, UnreachableError, "upstream_unavailable", 3),
        ({"body": requests.exceptions.ReadTimeout()}, UpstreamError, "upstream_timeout", 1),
        ({"status": 429}, RefusedError, "upstream_busy", 3),
        ({"status": 403, "body": "<html>"}, RefusedError, "upstream_error", 1),
        ({"json": {"expires_in": 1}}, UpstreamError, "upstream_error", 1),
    ],
)
def test_what_goes_wrong_on_the_way_to_a_token_is_our_error(
    coze: responses.RequestsMock, gateway: Gateway, played: dict[str, Any], kind: type, code: str, calls: int
) -> None:
    coze.post(TOKEN_URL, **played)
    call = Call()
    call.hung_up.wait = lambda _=None: False  # type: ignore[method-assign,assignment] # no pause between tries
    with pytest.raises(kind, match=code):
        gateway.chats.open(prompt_of(""), call)
    assert len(coze.calls) == calls


def test_a_token_is_waited_for_no_longer_than_a_connection(
    coze: responses.RequestsMock, make_settings: Callable[..., Settings]
) -> None:
    grants(coze, "czs_1")
    good_stream(coze)
    chat(Gateway(make_settings(**jwt_variables(COZE_CONNECT_TIMEOUT="2", COZE_TIMEOUT="50"))))
    arguments: Any = coze.calls[0].request
    assert arguments.req_kwargs["timeout"] == (2, 2)


def test_neither_key_nor_token_nor_signature_is_logged(
    coze: responses.RequestsMock, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    grants(coze, "czs_CANARY")
    coze.post(CHAT_URL, json={"code": 4100, "msg": "x"}, status=401)
    with pytest.raises(RefusedError):
        chat(gateway)
    signature = str(coze.calls[0].request.headers["Authorization"])
    assert not [secret for secret in ("CANARY", "PRIVATE KEY", signature[-20:]) if secret in caplog.text]


def test_who_leaves_while_a_token_comes_takes_it_from_nobody_and_is_not_asked_for(
    make_settings: Callable[..., Settings],
) -> None:
    left = threading.Event()
    asked: list[bytes] = []

    def script(connection: Connection) -> None:
        token = json.dumps(granted("czs_1")).encode()
        assert left.wait(10)
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(token))
        connection.send(token)
        asked.append(connection.request())
        connection.send(CHUNKED)

    with upstream(script) as server, ThreadPoolExecutor(1) as threads:
        gateway, call = Gateway(make_settings(**jwt_variables(COZE_API_BASE_URL=server.url))), Call()
        leaving = threads.submit(gateway.chats.open, prompt_of(""), call)
        wait_until(lambda: server.requests)
        call.hang_up()
        left.set()
        assert str(leaving.exception(10)) == "visitor_left"
        assert not asked
        chat(gateway)
    assert len(asked) == len(server.requests) == 1


# The site


def test_a_visitor_who_leaves_has_their_chat_cancelled_in_its_session(
    coze: responses.RequestsMock, make_app: Callable[..., Flask]
) -> None:
    grants(coze, "czs_1", "czs_2")
    play(coze, BEGIN)  # and then it is cut off
    error_of(ask(make_app(**jwt_variables()).test_client()))
    wait_until(lambda: CANCEL_URL in [call.request.url for call in coze.calls])
    assert tokens_used(coze) == ["czs_1", "czs_1"]


def test_visitors_do_not_share_a_session_and_their_addresses_stay_here(
    coze: responses.RequestsMock, make_app: Callable[..., Flask]
) -> None:
    grants(coze, "czs_1", "czs_2")
    play(coze, answer("hi"))
    client = make_app(**jwt_variables()).test_client()
    for address in ("203.0.113.7", "203.0.113.8", "203.0.113.7"):
        client.environ_base["REMOTE_ADDR"] = address
        assert frames(ask(client))[-1].event == "done"
    first, second = sessions(coze)
    assert first
    assert second
    assert first != second
    assert tokens_used(coze) == ["czs_1", "czs_2", "czs_1"]
    assert not [call for call in coze.calls if "203.0.113" in f"{call.request.body!r} {call.request.headers}"]


def test_with_a_personal_token_there_are_no_sessions(
    coze: responses.RequestsMock, make_app: Callable[..., Flask]
) -> None:
    play(coze, answer("hi"))
    assert frames(ask(make_app().test_client()))[-1].event == "done"
    assert [call.request.url for call in coze.calls if call.request.url == TOKEN_URL] == []
