"""A Coze that falls silent, under the real server: its greenlets are woken, where threads look up by themselves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests

from coze_web.relay import HEARTBEAT
from tests.coze_wire import BEGIN, answer, delta
from tests.servers import wait_until, web
from tests.upstream import CHUNKED, LAST_CHUNK, UNTIL_CLOSE, Connection, chunk, upstream

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = {"COZE_WEB_HEARTBEAT": "0.1", "COZE_TIMEOUT": "2"}


def ask(url: str) -> Iterator[bytes]:
    with requests.post(f"{url}/api/v1/coze/chat", json={"message": "hi"}, stream=True, timeout=10) as response:
        yield from response.iter_content(None)


def silent(connection: Connection) -> None:
    connection.wait_for_end()


def silent_after_the_headers(connection: Connection) -> None:
    connection.send(CHUNKED)
    connection.wait_for_end()


def silent_in_the_answer(connection: Connection) -> None:
    connection.send(CHUNKED + chunk(BEGIN + delta("hi")))
    connection.wait_for_end()


def silent_in_a_plain_body(connection: Connection) -> None:
    connection.send(UNTIL_CLOSE + BEGIN + delta("hi"))
    connection.wait_for_end()


@pytest.mark.parametrize("script", [silent, silent_after_the_headers, silent_in_the_answer, silent_in_a_plain_body])
def test_heartbeats_fill_it_until_it_is_too_long(script: object) -> None:
    with upstream(script) as coze, web(coze.url, **QUICK) as site:  # type: ignore[arg-type]
        got = b"".join(ask(site.url))
        assert got.count(HEARTBEAT) >= 3
        assert got.count(b"event: error") == 1
        assert b"upstream_timeout" in got
        assert coze.left.wait(20), "the connection to Coze was closed"


def test_an_answer_goes_on_after_it() -> None:
    def script(connection: Connection) -> None:
        whole = answer("你好 hello")
        connection.send(CHUNKED)
        for half in (whole[: len(whole) // 2], whole[len(whole) // 2 :]):
            time.sleep(0.35)
            connection.send(chunk(half))
        connection.send(LAST_CHUNK)
        connection.wait_for_end()

    with upstream(script) as coze, web(coze.url, **QUICK | {"COZE_TIMEOUT": "10"}) as site:
        got = b"".join(ask(site.url))
    assert got.count(HEARTBEAT) >= 2
    assert b"hello" in got
    assert got.endswith(b"event: done\ndata: [DONE]\n\n")


def test_talk_that_says_nothing_ends_at_the_total_limit() -> None:
    """Given a Coze that never stops to send comments, when the limit is reached, then the server has seen it."""

    def script(connection: Connection) -> None:
        connection.send(CHUNKED)
        while True:
            connection.send(chunk(b": still here\n\n") * 1000)

    with upstream(script) as coze, web(coze.url, COZE_TOTAL_TIMEOUT="0.5") as site:
        assert b"upstream_too_long" in b"".join(ask(site.url))


def test_a_visitor_who_leaves_meanwhile_is_noticed() -> None:
    with upstream(silent_in_the_answer) as coze, web(coze.url, **QUICK | {"COZE_TIMEOUT": "60"}) as site:
        pieces = ask(site.url)
        assert next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert coze.left.wait(20), "the connection to Coze was closed"


def test_a_visitor_who_does_not_read_makes_coze_wait() -> None:
    """Given an endless answer, when nobody reads, then what was taken of it is what the sockets hold."""
    sent, since = 0, time.monotonic()

    def script(connection: Connection) -> None:
        nonlocal sent, since
        connection.send(CHUNKED + chunk(BEGIN))
        many = chunk(delta("x" * 1000)) * 100
        while True:
            connection.send(many)
            sent, since = sent + len(many), time.monotonic()

    with upstream(script) as coze, web(coze.url) as site:
        pieces = ask(site.url)
        assert next(pieces)
        wait_until(lambda: sent and time.monotonic() - since > 0.5)
        assert sent < 32 * 1024 * 1024
        pieces.close()  # type: ignore[attr-defined]
