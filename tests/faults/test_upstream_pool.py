"""More visitors than there is room for, and visitors who come and go."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import BEGIN, answer, delta
from tests.faults.client import Client
from tests.faults.site import silent, whole
from tests.servers import wait_until
from tests.upstream import CHUNKED, UNTIL_CLOSE, Connection, chunk

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.site import Site

ROOM = 3
SOON = 2 + 2  # seconds: what it may take, and two for a slow machine


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Leave room for few, and all the time that they want."""
    return {"COZE_WEB_MAX_STREAMS": str(ROOM)}


def good(connection: Connection) -> None:
    """Answer."""
    connection.send(whole(answer("hi")))


def check_that_there_is_room(site: Site) -> None:
    """See all places taken by visitors who are answered at once."""
    site.play(good)
    started = time.monotonic()
    for client in [site.ask() for _ in range(ROOM)]:
        heard = client.read()
        assert (heard.text, heard.terminal[0].event) == ("hi", "done")
    assert time.monotonic() - started < SOON


def test_u42_who_finds_no_room_is_told_when_to_come_back(site: Site) -> None:
    """U42: at once, and those who have a place keep it."""
    inside = [site.ask() for _ in range(ROOM)]
    assert [client.response.status for client in inside] == [200] * ROOM
    started = time.monotonic()
    outside = site.heard()
    assert time.monotonic() - started < SOON
    assert (outside.status, outside.headers["Retry-After"]) == (503, "5")
    assert (outside.error["code"], outside.error["retryable"]) == ("too_many_streams", True)
    assert site.held()["streams"] == ROOM
    for client in inside:
        client.leave()
    wait_until(lambda: not site.held()["streams"])
    check_that_there_is_room(site)


def in_the_headers(connection: Connection) -> None:
    """Begin to answer."""
    connection.send(CHUNKED[:40])
    connection.wait_for_end()


def in_the_body(connection: Connection) -> None:
    """Answer half."""
    connection.send(CHUNKED + chunk(BEGIN + delta("half")))
    connection.wait_for_end()


def in_a_body_without_length(connection: Connection) -> None:
    """Answer half of what ends with the connection."""
    connection.send(UNTIL_CLOSE + BEGIN + delta("half") + delta("x")[:60])
    connection.wait_for_end()


def without_end(connection: Connection) -> None:
    """Answer more than anybody reads."""
    connection.send(CHUNKED + chunk(BEGIN))
    while True:
        connection.send(chunk(delta("x" * 1000)))


def busy(connection: Connection) -> None:
    """Have it asked again."""
    connection.send(
        b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize(
    "leave", [pytest.param(Client.leave, id="U43-close"), pytest.param(Client.reset, id="U43-reset")]
)
def test_who_leaves_leaves_room(site: Site, leave: Callable[[Client], None]) -> None:
    """U43: whatever Coze was doing; afterwards all places are free, and connections are made as before."""
    for script in (silent, in_the_headers, in_the_body, in_a_body_without_length, without_end, busy, good):
        site.play(script)
        clients = [site.ask() for _ in range(ROOM)]
        assert [client.response.status for client in clients] == [200] * ROOM
        for client in clients:
            leave(client)
        wait_until(lambda: not site.held()["streams"])
    check_that_there_is_room(site)
