"""Coze's answer ends badly."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import BEGIN, answer, chat_event, delta, event
from tests.faults.client import PROMPT
from tests.faults.site import whole
from tests.upstream import CHUNKED, UNTIL_CLOSE, Connection, chunk

if TYPE_CHECKING:
    from tests.faults.site import Site

HALF = BEGIN + delta("half") + delta("lost")[:60]
REFUSAL = {"code": 4019, "msg": f"the bot owes money, and was asked: {PROMPT}"}


def test_a_whole_answer_is_whole(site: Site) -> None:
    """No fault: what the others are compared with."""
    site.play(lambda connection: connection.send(whole(answer("你", "好"))))
    heard = site.heard()
    assert heard.text == "你好"
    assert heard.terminal[0].event == "done"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(CHUNKED + chunk(HALF), id="U10-end-between-two-chunks"),
        pytest.param(CHUNKED + b"fff\r\n" + HALF, id="U10-end-in-a-chunk"),
        pytest.param(UNTIL_CLOSE + HALF, id="U11-end-without-a-length"),
        pytest.param(whole(HALF), id="U12-clean-end-within-an-event"),
        pytest.param(whole(BEGIN + delta("half")), id="U12-clean-end-without-completed"),
    ],
)
def test_an_answer_that_is_not_whole_is_shown_and_said_to_be_cut(site: Site, sent: bytes) -> None:
    """U10, U11, U12: the event that was cut is dropped, what came before it is kept, and it may be asked again."""
    site.play(lambda connection: connection.send(sent))
    heard = site.heard()
    assert heard.text == "half"
    assert (heard.error["code"], heard.error["retryable"]) == ("upstream_truncated", True)


def test_u13_a_reset_is_a_cut(site: Site) -> None:
    """U13: and what came before it is kept."""
    is_shown = threading.Event()

    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(HALF))
        is_shown.wait(20)
        connection.reset()

    site.play(script)
    client = site.ask()
    assert any(b"half" in piece for piece in client.pieces())
    is_shown.set()
    assert client.read().error["code"] == "upstream_truncated"


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(event("error", REFUSAL), id="U37-error-event"),
        pytest.param(event("error", REFUSAL)[:-2], id="U37-error-event-without-its-blank-line"),
        pytest.param(chat_event("failed", last_error=REFUSAL) + event("done", "[DONE]"), id="U38-failed-then-done"),
        pytest.param(chat_event("failed", last_error=REFUSAL)[:-1], id="U38-failed-without-its-blank-line"),
    ],
)
def test_an_answer_that_failed_has_cozes_code_and_our_words(site: Site, last: bytes) -> None:
    """U37, U38: Coze's own words (which have the canary in them) go nowhere."""
    site.play(lambda connection: connection.send(whole(BEGIN + delta("half") + last)))
    heard = site.heard()
    assert heard.text == "half"
    assert (heard.error["code"], heard.error["retryable"]) == ("4019", False)


def test_u39_done_is_the_end_though_the_socket_stays_open(site: Site) -> None:
    """U39: nobody waits for a goodbye, and the connection is closed."""

    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(answer("hi")))
        connection.wait_for_end()

    def seconds() -> float:
        started = time.monotonic()
        assert site.heard().terminal[0].event == "done"
        return time.monotonic() - started

    site.play(script)
    assert min(seconds() for _ in range(3)) < 0.5, "and not when Coze closes"
    assert site.coze.left.wait(20), "the connection to Coze was closed"
