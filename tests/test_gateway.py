"""The one door to Coze."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import requests

from coze_web.call import Call
from coze_web.errors import (
    BrokenStreamError,
    CozeWebError,
    NotConfiguredError,
    RefusedError,
    UnreachableError,
    UpstreamError,
)
from coze_web.gateway import EventStream, Gateway
from tests.coze_wire import BOT_ID, CANCEL_URL, CHAT_URL, LOGID, STREAM_HEADERS, TOKEN, answer, json_of, prompt_of
from tests.upstream import CHUNKED, Connection, upstream

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses

    from coze_web.settings import Settings


class PatientCall(Call):
    """A call that notes how long it was asked to wait, and does not wait."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

        def wait(timeout: float | None = None) -> bool:
            self.waits.append(timeout or 0)
            return self.hung_up.is_set()

        self.hung_up.wait = wait  # type: ignore[method-assign]


@pytest.fixture
def gateway(make_settings: Callable[..., Settings]) -> Gateway:
    return Gateway(make_settings())


@pytest.fixture
def call() -> PatientCall:
    return PatientCall()


def good_stream(coze: responses.RequestsMock) -> None:
    coze.post(CHAT_URL, body=answer("hi"), content_type="text/event-stream", headers=STREAM_HEADERS)


def refusal(coze: responses.RequestsMock, code: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
    body = {"code": code, "msg": "upstream words", "detail": {"logid": LOGID}}
    coze.post(CHAT_URL, json=body, status=status, headers=headers)


def read(stream: EventStream) -> bytes:
    with closing(stream):
        return b"".join(stream)


def refused(gateway: Gateway, call: Call) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        gateway.chats.open(prompt_of("hi"), call)
    return caught.value


def test_a_chat_is_asked_as_coze_wants_it(coze: responses.RequestsMock, gateway: Gateway, call: Call) -> None:
    good_stream(coze)
    stream = gateway.chats.open(prompt_of("你好", user_id="visitor-1"), call)
    assert stream.logid == LOGID
    assert read(stream) == answer("hi")
    request = coze.calls[0].request
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    body = json_of(request)
    assert (body["bot_id"], body["user_id"], body["stream"]) == (BOT_ID, "visitor-1", True)
    assert body["additional_messages"][0]["content"] == "你好"
    assert str(request.url).endswith("/v3/chat?conversation_id=")


def test_the_token_is_nowhere_but_in_its_header(coze: responses.RequestsMock, gateway: Gateway, call: Call) -> None:
    good_stream(coze)
    read(gateway.chats.open(prompt_of("hi"), call))
    request = coze.calls[0].request
    rest = {name: value for name, value in request.headers.items() if name != "Authorization"}
    assert TOKEN not in f"{request.url} {request.body!r} {rest}"


def test_there_is_no_gateway_without_a_token(make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(NotConfiguredError) as caught:
        Gateway(make_settings(COZE_PAT=""))
    assert "COZE_PAT" in caught.value.body("en", "")["message"]


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize("code", [4000, 4015, 4016, 4100, 4101, 4200, 700012006])
def test_a_refusal_is_told_by_its_code_whatever_the_status(
    coze: responses.RequestsMock, gateway: Gateway, call: Call, code: int, status: int
) -> None:
    refusal(coze, code, status)
    error = refused(gateway, call)
    assert (error.code, error.http_status, error.logid) == (str(code), status, LOGID)
    assert len(coze.calls) == 1
    assert "upstream words" not in f"{error} {error.body('en', '')}"


def test_the_logid_of_the_header_comes_first(coze: responses.RequestsMock, gateway: Gateway, call: Call) -> None:
    refusal(coze, 4100, headers={"X-Tt-Logid": "from-header"})
    assert refused(gateway, call).logid == "from-header"


@pytest.mark.parametrize(
    ("body", "status", "content_type"),
    [
        ("<html>502 Bad Gateway</html>", 502, "text/html"),
        ("<html>Log in</html>", 200, "text/html"),
        ("", 204, "text/plain"),
        ("[1]", 200, "application/json"),
        ('{"code": 404, "msg": "not found"}', 404, "application/json"),
        ("event:done\ndata:x\n\n", 500, "text/event-stream"),
        ("", 302, "text/plain"),
    ],
)
def test_what_is_no_answer_of_coze_is_an_upstream_error(
    coze: responses.RequestsMock, gateway: Gateway, call: Call, body: str, status: int, content_type: str
) -> None:
    coze.post(CHAT_URL, body=body, status=status, content_type=content_type)
    error = refused(gateway, call)
    assert (error.code, error.http_status) == ("upstream_error", status)


@pytest.mark.parametrize("body", ['{"code":0,"msg":"","data":{}}', "{}"])
def test_a_success_that_is_no_stream_is_an_upstream_error(
    coze: responses.RequestsMock, gateway: Gateway, call: Call, body: str
) -> None:
    coze.post(CHAT_URL, body=body, content_type="application/json")
    with pytest.raises(UpstreamError, match="upstream_error"):
        gateway.chats.open(prompt_of("hi"), call)


@pytest.mark.parametrize("code", [4009, 4013, 4020])
def test_a_busy_coze_is_asked_again(
    coze: responses.RequestsMock, gateway: Gateway, call: PatientCall, code: int
) -> None:
    refusal(coze, code)
    refusal(coze, code)
    good_stream(coze)
    assert read(gateway.chats.open(prompt_of("hi"), call)) == answer("hi")
    assert len(coze.calls) == 3
    first, second = call.waits
    assert 0.5 <= first <= 0.75
    assert 1 <= second <= 1.25


def test_but_not_more_than_three_times(coze: responses.RequestsMock, gateway: Gateway, call: Call) -> None:
    refusal(coze, 4009)
    assert refused(gateway, call).code == "4009"
    assert len(coze.calls) == 3


def test_a_429_without_a_code_is_asked_again(coze: responses.RequestsMock, gateway: Gateway, call: PatientCall) -> None:
    coze.post(CHAT_URL, status=429)
    assert refused(gateway, call).code == "upstream_busy"
    assert len(coze.calls) == 3
    assert sum(call.waits) < 3


def test_retry_after_is_obeyed(coze: responses.RequestsMock, gateway: Gateway, call: PatientCall) -> None:
    coze.post(CHAT_URL, status=429, headers={"Retry-After": "10"})
    good_stream(coze)
    gateway.chats.open(prompt_of("hi"), call).close()
    assert call.waits == [10]


def test_a_longer_retry_after_is_told_instead(coze: responses.RequestsMock, gateway: Gateway, call: Call) -> None:
    coze.post(CHAT_URL, status=429, headers={"Retry-After": "11"})
    error = refused(gateway, call)
    assert (error.code, error.retry_after) == ("upstream_rate_limited", 11)
    assert "in 11 s" in error.body("en", "")["message"]
    assert len(coze.calls) == 1


@pytest.mark.parametrize("raised", [requests.exceptions.ConnectTimeout(), requests.exceptions.ProxyError()])
def test_a_connection_that_was_not_made_is_tried_again(
    coze: responses.RequestsMock, gateway: Gateway, call: Call, raised: Exception
) -> None:
    coze.post(CHAT_URL, body=raised)
    with pytest.raises(UnreachableError, match="upstream_unavailable"):
        gateway.chats.open(prompt_of("hi"), call)
    assert len(coze.calls) == 3


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (requests.exceptions.ReadTimeout(), "upstream_timeout"),
        (requests.exceptions.ConnectionError(), "upstream_unavailable"),
        (requests.exceptions.SSLError(), "upstream_unavailable"),
    ],
)
def test_a_question_that_may_have_arrived_is_not_asked_again(
    coze: responses.RequestsMock, gateway: Gateway, call: Call, raised: Exception, code: str
) -> None:
    coze.post(CHAT_URL, body=raised)
    with pytest.raises(UpstreamError, match=code):
        gateway.chats.open(prompt_of("hi"), call)
    assert len(coze.calls) == 1


def test_a_call_that_was_hung_up_is_not_made(coze: responses.RequestsMock, gateway: Gateway) -> None:
    call = Call()
    call.hang_up()
    good_stream(coze)
    with pytest.raises(CozeWebError, match="visitor_left"):
        gateway.chats.open(prompt_of("hi"), call)
    assert not coze.calls


def test_who_leaves_while_coze_is_busy_is_not_asked_for_again(
    coze: responses.RequestsMock, gateway: Gateway, call: PatientCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call.hung_up, "wait", lambda _: call.hang_up())
    refusal(coze, 4009)
    good_stream(coze)
    with pytest.raises(CozeWebError, match="visitor_left"):
        gateway.chats.open(prompt_of("hi"), call)
    assert len(coze.calls) == 1


def test_a_stream_that_breaks_is_a_broken_stream(coze: responses.RequestsMock, gateway: Gateway, call: Call) -> None:
    coze.post(
        CHAT_URL,
        body=answer("hi")[:100],
        content_type="text/event-stream",
        headers={**STREAM_HEADERS, "Content-Length": "500"},
        auto_calculate_content_length=False,
    )
    stream = gateway.chats.open(prompt_of("hi"), call)
    with pytest.raises(BrokenStreamError, match="upstream_truncated") as caught:
        read(stream)
    assert caught.value.logid == LOGID


def test_cancelling_names_the_chat(coze: responses.RequestsMock, gateway: Gateway) -> None:
    coze.post(
        CANCEL_URL, json={"code": 0, "msg": "", "data": {"id": "2", "conversation_id": "1", "status": "canceled"}}
    )
    gateway.chats.cancel("1", "2")
    assert json_of(coze.calls[0].request) == {"conversation_id": "1", "chat_id": "2"}


def test_a_chat_that_was_hung_up_can_still_be_cancelled(make_settings: Callable[..., Settings]) -> None:
    def script(connection: Connection) -> None:
        connection.send(CHUNKED)
        connection.wait_for_end()

    with upstream(script) as server:
        gateway, call = Gateway(make_settings(COZE_API_BASE_URL=server.url)), Call()
        stream = gateway.chats.open(prompt_of("hi"), call)
        call.hang_up()
        stream.close()
        gateway.chats.cancel("1", "2")
    assert server.requests[-1].startswith(b"POST /v3/chat/cancel")


def test_cancelling_what_has_ended_is_a_refusal(coze: responses.RequestsMock, gateway: Gateway) -> None:
    coze.post(CANCEL_URL, json={"code": 4104, "msg": "cannot"})
    with pytest.raises(RefusedError, match="4104"):
        gateway.chats.cancel("1", "2")


def test_neither_token_nor_question_is_logged(
    coze: responses.RequestsMock, gateway: Gateway, call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    coze.post(CHAT_URL, body='{"code":0,"data":"canary answer"}', content_type="application/json")
    with pytest.raises(UpstreamError):
        gateway.chats.open(prompt_of("canary question"), call)
    assert "AttributeError" in caplog.text
    assert TOKEN not in caplog.text
    assert "canary" not in caplog.text
