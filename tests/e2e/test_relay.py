"""Time and hanging up, against a raw-socket Coze that does exactly what it is told."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from coze_web import create_app
from coze_web.relay import HEARTBEAT, OPEN
from coze_web.services import services
from coze_web.sse import FrameParser, encode
from coze_web.streams import Streams
from tests.coze_wire import BEGIN, answer, chat_event, delta
from tests.coze_wire import DONE as COZE_DONE
from tests.servers import wait_until
from tests.upstream import CHUNKED, LAST_CHUNK, UNTIL_CLOSE, Connection, Upstream, chunk, read_to, upstream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from coze_web.settings import Settings

DONE = encode("done", "[DONE]")


class Visitor:
    """A visitor who takes the answer piece by piece."""

    def __init__(self, app: Flask) -> None:
        self.response = app.test_client().post("/api/v1/coze/chat", json={"message": "hi"}, buffered=False)
        self.pieces: Iterator[bytes] = iter(self.response.response)  # type: ignore[arg-type]

    def error(self) -> dict[str, Any]:
        """Read to the end, which must be an error."""
        last = FrameParser().feed(b"".join(self.pieces))[-1]
        assert last.event == "error"
        self.leave()
        return dict(json.loads(last.data))

    def leave(self) -> None:
        """Close the connection."""
        self.response.close()


@pytest.fixture
def site(make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Flask]]:
    """Give apps in front of raw upstreams; nothing of them outlives the test."""
    monkeypatch.setattr("coze_web.relay.SETTLE", 0.05)
    apps: list[Flask] = []

    def make(server: Upstream, **variables: str) -> Flask:
        apps.append(create_app(make_settings(COZE_API_BASE_URL=server.url, **variables)))
        return apps[-1]

    yield make
    monkeypatch.setattr("coze_web.relay.SETTLE", 0.05)
    wait_until(lambda: all(map(nothing_left, apps)))


def asked_to_cancel(server: Upstream) -> bool:
    return any(request.startswith(b"POST /v3/chat/cancel") for request in server.requests)


def nothing_left(app: Flask) -> bool:
    return not len(services(app).streams)


def say(data: bytes) -> Callable[[Connection], None]:
    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(data) if data else CHUNKED)
        connection.wait_for_end()

    return script


def silent(connection: Connection) -> None:
    connection.wait_for_end()


def drip(connection: Connection) -> None:
    connection.send(CHUNKED)
    for byte in b":" * 100_000:
        connection.send(chunk(bytes([byte])))
        time.sleep(0.005)


def test_silence_is_filled_with_heartbeats(site: Callable[..., Flask]) -> None:
    with upstream(say(BEGIN)) as server:
        visitor = Visitor(site(server))
        assert next(visitor.pieces) == OPEN
        assert FrameParser().feed(read_to(b"event: ", visitor.pieces))[0].event == "conversation.chat.created"
        assert [next(visitor.pieces) for _ in range(2)] == [HEARTBEAT] * 2
        visitor.leave()


@pytest.mark.parametrize("script", [silent, say(b""), say(BEGIN), say(BEGIN + delta("hi"))])
def test_too_long_a_silence_is_an_error(site: Callable[..., Flask], script: Callable[[Connection], None]) -> None:
    with upstream(script) as server:
        app = site(server, COZE_TIMEOUT="0.5")
        error = Visitor(app).error()
        assert (error["code"], error["retryable"]) == ("upstream_timeout", True)
        wait_until(lambda: nothing_left(app))
        assert server.left.wait(20)


def test_a_drip_ends_at_the_total_limit(site: Callable[..., Flask]) -> None:
    with upstream(drip) as server:
        app = site(server, COZE_TOTAL_TIMEOUT="0.08")
        assert Visitor(app).error()["code"] == "upstream_too_long"
        wait_until(lambda: nothing_left(app))


@pytest.mark.parametrize("script", [silent, say(b""), say(BEGIN), say(BEGIN + delta("hi"))])
def test_a_visitor_who_leaves_ends_the_upstream(
    site: Callable[..., Flask], script: Callable[[Connection], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coze_web.relay.SETTLE", 60)
    with upstream(script) as server:
        app = site(server)
        visitor = Visitor(app)
        next(visitor.pieces)
        wait_until(lambda: server.requests)
        visitor.leave()
        assert server.left.wait(20), "the upstream connection was closed"
        wait_until(lambda: nothing_left(app))


@pytest.mark.parametrize("sent", [BEGIN, BEGIN + delta("hi")])
def test_a_visitor_who_leaves_cancels_the_chat(
    site: Callable[..., Flask], sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with upstream(say(sent)) as server:
        app = site(server)
        visitor = Visitor(app)
        read_to(b"event: ", visitor.pieces)
        visitor.leave()
        wait_until(lambda: asked_to_cancel(server))
        wait_until(lambda: nothing_left(app))
    assert "could not be cancelled" not in caplog.text


def test_an_answer_that_is_whole_is_not_cancelled(site: Callable[..., Flask]) -> None:
    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(answer("hi")) + LAST_CHUNK)

    with upstream(script) as server:
        app = site(server)
        visitor = Visitor(app)
        assert b"".join(visitor.pieces).endswith(DONE)
        visitor.leave()
        wait_until(lambda: nothing_left(app))
        assert not asked_to_cancel(server)


def test_done_ends_the_answer_though_the_socket_stays_open(site: Callable[..., Flask]) -> None:
    with upstream(say(answer("hi"))) as server:
        app = site(server)
        started = time.monotonic()
        visitor = Visitor(app)
        assert b"".join(visitor.pieces).endswith(DONE)
        assert time.monotonic() - started < 1
        visitor.leave()
        wait_until(lambda: nothing_left(app))
        assert server.left.wait(20), "the reader hung up on it"
        assert not asked_to_cancel(server)


def test_completed_without_done_and_without_end_is_done_too(site: Callable[..., Flask]) -> None:
    with upstream(say(BEGIN + delta("hi") + chat_event("completed"))) as server:
        assert b"".join(Visitor(site(server)).pieces).endswith(DONE)


def test_a_connection_that_was_given_back_is_not_hung_up(site: Callable[..., Flask]) -> None:
    """Given an answer that was cut properly, when its visitor leaves late, then the next chat on the line goes on."""
    is_reused, is_left = threading.Event(), threading.Event()

    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(BEGIN) + LAST_CHUNK)
        if connection.request():
            is_reused.set()
            is_left.wait(20)
            connection.send(CHUNKED + chunk(answer("hi")) + LAST_CHUNK)
            connection.wait_for_end()

    with upstream(script) as server:
        app = site(server)
        first = Visitor(app)
        read_to(b"event: error", first.pieces)
        second = Visitor(app)
        assert next(second.pieces) == OPEN
        assert is_reused.wait(20)
        first.leave()
        is_left.set()
        assert b"".join(second.pieces).endswith(DONE)


def test_a_connection_serves_the_next_chat(site: Callable[..., Flask]) -> None:
    def script(connection: Connection) -> None:
        while True:
            connection.send(CHUNKED + chunk(answer("hi")) + LAST_CHUNK)
            if not connection.request():
                return
            reused.set()

    reused = threading.Event()
    with upstream(script) as server:
        app = site(server)
        for _ in range(2):
            visitor = Visitor(app)
            assert b"".join(visitor.pieces).endswith(DONE)
            visitor.leave()
            wait_until(lambda: nothing_left(app))
        assert reused.is_set()


@pytest.mark.parametrize("ending", ["reset", "no length", "chunked"])
def test_a_cut_connection_is_an_error(site: Callable[..., Flask], ending: str) -> None:
    def script(connection: Connection) -> None:
        head = UNTIL_CLOSE if ending == "no length" else CHUNKED
        body = BEGIN + delta("hi") + delta("world")[:50]
        connection.send(head + (body if ending == "no length" else chunk(body)))
        if ending == "reset":
            connection.reset()

    with upstream(script) as server:
        assert Visitor(site(server)).error()["code"] == "upstream_truncated"
        wait_until(lambda: asked_to_cancel(server))


def test_an_answer_that_is_whole_survives_a_cut_of_the_connection(site: Callable[..., Flask]) -> None:
    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(answer("hi")))

    with upstream(script) as server:
        assert b"".join(Visitor(site(server)).pieces).endswith(DONE)


def test_a_restart_ends_every_answer_and_lets_no_new_one_in(
    site: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Streams, "_is_draining", staticmethod(lambda: False))  # for after this test
    with upstream(say(BEGIN)) as server:
        app = site(server)
        visitors = [Visitor(app) for _ in range(3)]
        wait_until(lambda: len(server.requests) == 3)
        Streams.drain_when(lambda: True)
        for visitor in visitors:
            error = visitor.error()
            assert (error["code"], error["retryable"]) == ("server_restarting", True)
        wait_until(lambda: nothing_left(app))
        refused = app.test_client().post("/api/v1/coze/chat", json={"message": "hi"})
        assert (refused.status_code, refused.json["code"]) == (503, "server_restarting")  # type: ignore[index]


def test_the_clock_rests_when_nobody_asks(site: Callable[..., Flask]) -> None:
    def clocks() -> int:
        return sum(thread.name == "coze-clock" for thread in threading.enumerate())

    wait_until(lambda: clocks() == 0)
    with upstream(say(answer("hi"))) as server:
        visitor = Visitor(site(server))
        assert clocks() == 1
        assert list(visitor.pieces)
        visitor.leave()
        wait_until(lambda: clocks() == 0)


def test_the_clock_goes_on_when_it_fails_for_one_answer(
    site: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with upstream(say(BEGIN)) as server:
        visitor = Visitor(site(server))
        with monkeypatch.context() as broken:
            broken.setattr("coze_web.relay.Relay.tick", lambda *_, **__: 1 / 0)
            wait_until(lambda: "the clock failed" in caplog.text)
        wait_until(lambda: next(visitor.pieces) == HEARTBEAT)
        visitor.leave()


def test_cozes_own_end_marker_is_not_ours() -> None:
    assert COZE_DONE != DONE
