"""The SDK's asyncio client as `coze_web.gateway` makes it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

from coze_web.errors import BrokenStreamError, NotConfiguredError, RefusedError, UnreachableError, UpstreamError
from coze_web.gateway import async_coze
from tests.coze_wire import (
    BASE_URL,
    BEGIN,
    BOT_ID,
    CHAT_URL,
    DEBUG_URL,
    LOGID,
    TOKEN,
    WORKFLOW_ID,
    answer,
    chat_event,
    delta,
    event,
    message,
    ok,
    run_event,
)  # fmt: skip
from tests.upstream import CHUNKED, Connection, chunk, upstream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coze_web.settings import Settings

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("_no_certificates")]
OWNER = {"user_id": "1", "user_name": "u", "nick_name": "n", "avatar_url": ""}
STREAM_RUN = f"{BASE_URL}/v1/workflow/stream_run"


@pytest.fixture
def wire() -> Iterator[respx.Router]:
    with respx.mock() as mock:
        yield mock


def plays(wire: respx.Router, url: str, body: bytes) -> respx.Route:
    headers = {"Content-Type": "text/event-stream", "X-Tt-Logid": LOGID}
    return wire.post(url__startswith=url).respond(200, content=body, headers=headers)


async def chat(settings: Settings) -> list[Any]:
    async with async_coze(settings) as coze:
        return [event async for event in coze.chat.stream(bot_id=BOT_ID, user_id="u")]


async def run(settings: Settings) -> list[Any]:
    async with async_coze(settings) as coze:
        return [event async for event in coze.workflows.runs.stream(workflow_id=WORKFLOW_ID)]


async def test_it_has_the_token_and_the_address(wire: respx.Router, make_settings: Callable[..., Settings]) -> None:
    route = wire.get(f"{BASE_URL}/v1/users/me").respond(json=ok(OWNER))
    async with async_coze(make_settings()) as coze:
        assert (await coze.users.me()).user_name == "u"
    assert route.calls[0].request.headers["Authorization"] == f"Bearer {TOKEN}"


async def test_it_has_the_timeouts_and_the_pool(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings(COZE_TIMEOUT="7", COZE_CONNECT_TIMEOUT="3", COZE_WEB_MAX_STREAMS="11")
    async with async_coze(settings) as coze:
        http: Any = coze._requester._async_client  # noqa: SLF001 - the SDK does not show it
        assert http.timeout == httpx.Timeout(7, connect=3)
        assert http._transport._pool._max_connections == 11  # noqa: SLF001


async def test_without_a_token_there_is_none(make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(NotConfiguredError):
        await chat(make_settings(COZE_PAT=""))


async def test_a_no_is_our_error_with_the_logid_of_the_body(
    wire: respx.Router, make_settings: Callable[..., Settings]
) -> None:
    refusal = {"code": 700012006, "msg": "upstream words", "detail": {"logid": LOGID}}
    wire.get(f"{BASE_URL}/v1/users/me").respond(401, json=refusal)
    async with async_coze(make_settings()) as coze:
        with pytest.raises(RefusedError) as caught:
            await coze.users.me()
    assert (caught.value.code, caught.value.logid) == ("700012006", LOGID)


@pytest.mark.parametrize(
    ("raised", "kind", "code"),
    [
        (httpx.ConnectError("x"), UnreachableError, "upstream_unavailable"),
        (httpx.ReadTimeout("x"), UpstreamError, "upstream_timeout"),
        (httpx.ReadError("x"), UpstreamError, "upstream_unavailable"),
    ],
)
async def test_the_network_s_faults_are_ours(
    wire: respx.Router,
    make_settings: Callable[..., Settings],
    raised: Exception,
    kind: type[UpstreamError],
    code: str,
) -> None:
    wire.get(f"{BASE_URL}/v1/users/me").mock(side_effect=raised)
    async with async_coze(make_settings()) as coze:
        with pytest.raises(kind) as caught:
            await coze.users.me()
    assert caught.value.code == code


async def test_the_user_s_own_faults_stay_theirs(make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(ZeroDivisionError):
        async with async_coze(make_settings()):
            raise ZeroDivisionError


async def test_the_page_of_bots_has_both_its_names(wire: respx.Router, make_settings: Callable[..., Settings]) -> None:
    route = wire.get(url__startswith=f"{BASE_URL}/v1/bots").respond(json=ok({"items": [], "total": 0}))
    async with async_coze(make_settings()) as coze:
        await coze.bots.list(space_id="1", page_num=2, use_api_version=2)
    assert dict(route.calls[0].request.url.params)["page_num"] == "2"


NOISE = b": keep-alive\n\nid: 7\nretry: 5\n\nevent: ping\ndata: {}\n\n"


async def test_a_whole_answer_is_read_through_what_would_stop_the_sdk(
    wire: respx.Router, make_settings: Callable[..., Settings]
) -> None:
    odd = event("conversation.message.delta", json.dumps(message("\x85\u2028"), ensure_ascii=False))
    whole = answer("a", "b")
    cut = len(BEGIN)
    plays(wire, CHAT_URL, whole[:cut] + NOISE + odd + whole[cut:])
    events = await chat(make_settings())
    texts = [event.message.content for event in events if event.event == "conversation.message.delta"]
    assert texts == ["\x85\u2028", "a", "b"]
    assert events[-1].chat.usage.token_count == 12


async def test_a_run_is_read_through_it_too(wire: respx.Router, make_settings: Callable[..., Settings]) -> None:
    said = {"content": "晴", "node_is_finish": True, "node_seq_id": "0", "node_title": "End"}
    body = NOISE + run_event(5, "Message", said) + b"event: PING\ndata: {}\n\n"
    plays(wire, STREAM_RUN, body + run_event(9, "Done", {"debug_url": DEBUG_URL}))
    events = await run(make_settings())
    assert [event.message.content for event in events] == ["晴"]


async def test_what_follows_the_end_is_not_waited_for(make_settings: Callable[..., Settings]) -> None:
    def talk(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(answer("hi")))
        connection.wait_for_end()

    with upstream(talk) as server:
        events = await asyncio.wait_for(chat(make_settings(COZE_API_BASE_URL=server.url)), 5)
    assert events[-1].event == "conversation.chat.completed"


@pytest.mark.parametrize("body", [b"", BEGIN, BEGIN + delta("half"), BEGIN + delta("half")[:40]])
async def test_a_cut_answer_is_an_error(
    wire: respx.Router, make_settings: Callable[..., Settings], body: bytes
) -> None:
    plays(wire, CHAT_URL, body)
    with pytest.raises(BrokenStreamError) as caught:
        await chat(make_settings())
    assert (caught.value.code, caught.value.logid) == ("upstream_truncated", LOGID)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (b"event:conversation.message.delta\ndata:{cut upstream words\n\n", "upstream_malformed"),
        (b"event:conversation.message.delta\ndata:" + b"x" * 1_100_000, "event_too_large"),
    ],
)
async def test_an_event_that_cannot_be_used_is_an_error_after_those_before_it(
    wire: respx.Router, make_settings: Callable[..., Settings], bad: bytes, code: str
) -> None:
    plays(wire, CHAT_URL, BEGIN + bad)
    seen: list[Any] = []

    async def read() -> None:
        async with async_coze(make_settings()) as coze:
            async for one in coze.chat.stream(bot_id=BOT_ID, user_id="u"):
                seen.append(one)  # noqa: PERF401 - what came before the error counts

    with pytest.raises(BrokenStreamError) as caught:
        await read()
    assert (caught.value.code, len(seen)) == (code, 0 if code == "event_too_large" else 2)


async def test_the_self_hosted_studio_is_understood(wire: respx.Router, make_settings: Callable[..., Settings]) -> None:
    body = BEGIN + chat_event("cancelled")
    headers = {"Content-Type": "text/event-stream", "X-Log-ID": "studio-1"}
    wire.post(url__startswith=CHAT_URL).respond(200, content=body, headers=headers)
    events = await chat(make_settings())
    assert events[0].response.logid == "studio-1"
    assert events[-1].unknown["event"] == "conversation.chat.cancelled"


async def test_a_connection_that_breaks_is_an_error(make_settings: Callable[..., Settings]) -> None:
    with (
        upstream(lambda connection: connection.send(CHUNKED + chunk(BEGIN))) as server,
        pytest.raises(BrokenStreamError) as caught,
    ):
        await chat(make_settings(COZE_API_BASE_URL=server.url))
    assert caught.value.code == "upstream_truncated"


async def test_a_failed_chat_without_its_last_blank_line_is_told(
    wire: respx.Router, make_settings: Callable[..., Settings]
) -> None:
    failed = chat_event("failed", last_error={"code": 5000, "msg": "x"})
    plays(wire, CHAT_URL, BEGIN + failed.rstrip(b"\n"))
    events = await chat(make_settings())
    assert events[-1].chat.last_error.code == 5000


async def test_an_error_event_is_ours_without_coze_s_words(
    wire: respx.Router, make_settings: Callable[..., Settings]
) -> None:
    plays(wire, CHAT_URL, BEGIN + event("error", {"code": 4016, "msg": "upstream words"}))
    with pytest.raises(RefusedError) as caught:
        await chat(make_settings())
    assert (caught.value.code, caught.value.logid) == ("4016", LOGID)
    assert "upstream words" not in str(caught.value)


async def test_leaving_early_closes_every_connection(make_settings: Callable[..., Settings]) -> None:
    def talk(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(BEGIN))
        connection.wait_for_end()

    with upstream(talk) as server:
        async with async_coze(make_settings(COZE_API_BASE_URL=server.url)) as coze:
            async for _ in coze.chat.stream(bot_id=BOT_ID, user_id="u"):
                break
        assert await asyncio.to_thread(server.left.wait, 20)
