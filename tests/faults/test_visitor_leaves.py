"""Visitors who leave, each in a way of their own: nobody goes on asking Coze for them."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest

from coze_web.relay import HEARTBEAT
from tests.coze_wire import BEGIN, answer, delta
from tests.faults.client import Client
from tests.faults.site import silent
from tests.servers import wait_until
from tests.upstream import CHUNKED, LAST_CHUNK, Connection, chunk, read_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.site import Site

NOTICED = 5.0  # seconds


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    return {"COZE_WEB_HEARTBEAT": "1"}


def silent_after_a_word(connection: Connection) -> None:
    connection.send(CHUNKED + chunk(BEGIN + delta("hi")))
    connection.wait_for_end()


def talkative(connection: Connection) -> None:
    connection.send(CHUNKED + chunk(BEGIN + delta("hi")))
    with contextlib.suppress(OSError):
        while True:
            connection.send(chunk(delta("and on")))
            time.sleep(0.02)


def cancelled(site: Site) -> bool:
    return any(request.startswith(b"POST /v3/chat/cancel") for request in site.coze.requests)


@pytest.mark.parametrize("leave", [pytest.param(Client.leave, id="C1-FIN"), pytest.param(Client.reset, id="C1-RST")])
@pytest.mark.parametrize("stream", [pytest.param(True, id="stream"), pytest.param(False, id="whole")])
def test_c1_leaving_before_the_first_byte_hangs_up_on_coze(
    site: Site, leave: Callable[[Client], None], *, stream: bool
) -> None:
    """C1: though Coze has said nothing yet, nor has the visitor read anything."""
    site.play(silent)
    site.coze.left.clear()
    asked = site.chats()
    visitor = site.ask(stream=stream)
    wait_until(lambda: site.chats() > asked)
    leave(visitor)
    assert site.coze.left.wait(NOTICED)


@pytest.mark.parametrize(
    "leave",
    [pytest.param(Client.leave, id="C2-FIN"), pytest.param(Client.reset, id="C3-RST")],
)
@pytest.mark.parametrize("script", [silent_after_a_word, talkative])
def test_leaving_within_the_answer_hangs_up_on_coze_and_cancels(
    site: Site, leave: Callable[[Client], None], script: Callable[[Connection], None]
) -> None:
    """C2, C3: whether Coze talks at that moment or not."""
    site.play(script)
    site.coze.left.clear()
    site.coze.requests.clear()
    visitor = site.ask()
    read_to(b"message.delta", visitor.pieces())
    leave(visitor)
    assert site.coze.left.wait(NOTICED)
    wait_until(lambda: cancelled(site))


def test_c4_who_has_nothing_more_to_send_still_gets_the_whole_answer(site: Site) -> None:
    """C4: half a close is no leaving, and through a long silence neither."""
    is_awaited = threading.Event()

    def script(connection: Connection) -> None:
        connection.send(CHUNKED)
        assert is_awaited.wait(20)
        connection.send(chunk(answer("all", " of it")) + LAST_CHUNK)

    site.play(script)
    visitor = site.ask()
    visitor.half_close()
    beats = (piece for piece in visitor.pieces() if HEARTBEAT in piece)
    assert next(beats)
    assert next(beats)
    is_awaited.set()
    heard = visitor.read()
    assert heard.text == "all of it"
    assert heard.terminal[0].event == "done"
