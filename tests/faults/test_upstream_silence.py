"""Coze is slow, silent, or drips."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from coze_web.relay import HEARTBEAT
from tests.coze_wire import BEGIN, answer, delta
from tests.faults.site import whole
from tests.upstream import CHUNKED, UNTIL_CLOSE, Connection, chunk

if TYPE_CHECKING:
    from tests.faults.site import Site

LIMIT = 2.0
TOTAL = 4.0
LATE = 4.0  # seconds beyond a limit that even a slow machine does not need


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    return {"COZE_TIMEOUT": str(LIMIT), "COZE_TOTAL_TIMEOUT": str(TOTAL)}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        pytest.param(b"", "", id="U7-no-headers"),
        pytest.param(CHUNKED[:40], "", id="U7-half-of-the-headers"),
        pytest.param(CHUNKED, "", id="U7-only-headers"),
        pytest.param(CHUNKED + chunk(BEGIN + delta("half")), "half", id="U8-stall-between-events"),
        pytest.param(CHUNKED + chunk(BEGIN + delta("half") + delta("x")[:60]), "half", id="U8-stall-in-an-event"),
        pytest.param(CHUNKED + b"fff\r\n" + BEGIN + delta("half"), "half", id="U8-stall-in-a-chunk"),
        pytest.param(UNTIL_CLOSE + BEGIN + delta("half"), "half", id="U8-stall-without-a-length"),
    ],
)
def test_silence_is_filled_with_heartbeats_until_it_is_too_long(site: Site, sent: bytes, shown: str) -> None:
    """U7, U8: what came is kept, the error comes at the limit, and Coze is hung up on."""

    def script(connection: Connection) -> None:
        connection.send(sent)
        connection.wait_for_end()

    site.coze.left.clear()
    site.play(script)
    started = time.monotonic()
    heard = site.heard()
    seconds = time.monotonic() - started
    assert heard.text == shown
    assert heard.body.count(HEARTBEAT) >= 2
    assert (heard.error["code"], heard.error["retryable"]) == ("upstream_timeout", True)
    assert LIMIT < seconds < LIMIT + LATE
    assert site.coze.left.wait(20), "the connection to Coze was closed"


def test_u7_headers_that_come_within_the_limit_are_no_fault(site: Site) -> None:
    """U7: the answer follows the heartbeats."""
    is_awaited = threading.Event()

    def script(connection: Connection) -> None:
        is_awaited.wait(20)
        connection.send(whole(answer("hi")))

    site.play(script)
    client = site.ask()
    assert any(HEARTBEAT in piece for piece in client.pieces())
    is_awaited.set()
    heard = client.read()
    assert heard.text == "hi"
    assert heard.terminal[0].event == "done"


@pytest.mark.parametrize(
    "endless",
    [
        pytest.param(delta("x" * 10_000), id="U9-one-event"),
        pytest.param(b": still here\n\n" * 1000, id="U9-comments"),
    ],
)
def test_a_drip_ends_at_the_total_limit(site: Site, endless: bytes) -> None:
    """U9: a byte each 20 ms is never silence, but heartbeats go on, and it ends."""

    def drip(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(BEGIN))
        for byte in endless:
            connection.send(chunk(bytes([byte])))
            time.sleep(0.02)

    site.coze.left.clear()
    site.play(drip)
    started = time.monotonic()
    heard = site.heard()
    seconds = time.monotonic() - started
    assert heard.error["code"] == "upstream_too_long"
    assert heard.body.count(HEARTBEAT) >= 2
    assert TOTAL < seconds < TOTAL + LATE
