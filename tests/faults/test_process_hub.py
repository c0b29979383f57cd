"""One thread serves all: what keeps it to itself holds everybody up, so nothing may for long."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import BEGIN, DONE, chat_event, delta
from tests.faults.client import Client, request
from tests.faults.site import RIGGED, Site, dying, running
from tests.servers import wait_until
from tests.upstream import CHUNKED, LAST_CHUNK, Connection, chunk, read_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMEOUT = 6  # seconds that gunicorn waits for a sign of a worker's life, also when it begins
SECONDS = 15.0  # what is called soon, on a slow machine
WORDS = 8
FLOOD = chunk(b":\n" * 30_000) * 500
SETTINGS = {"GUNICORN_CMD_ARGS": f"--timeout {TIMEOUT}"}
flooding = threading.Event()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("faults") / "log", RIGGED, **SETTINGS) as site:
        yield site


def flood(connection: Connection) -> None:
    """Have the system send what says nothing, faster than anybody can read it."""
    connection.send(CHUNKED + chunk(BEGIN))
    flooding.set()
    with contextlib.suppress(OSError):
        while True:
            connection.send(FLOOD)


def slow(connection: Connection) -> None:
    """Say a word now and then for longer than gunicorn would wait for a worker."""
    connection.send(CHUNKED + chunk(BEGIN))
    for _ in range(WORDS):
        time.sleep(1.2 * TIMEOUT / WORDS)
        connection.send(chunk(delta("word ")))
    connection.send(chunk(chat_event("completed") + DONE) + LAST_CHUNK)


def gaps(visitor: Client) -> list[float]:
    """Read to the end, and return how long each piece was waited for."""
    found, last = [], time.monotonic()
    for _ in visitor.pieces():
        found.append(time.monotonic() - last)
        last = time.monotonic()
    return found


def test_p14_an_answer_at_full_speed_leaves_others_their_turns(site: Site) -> None:
    """P14: another visitor's stream goes on without a gap, and (by the rules) so do health checks."""
    site.play(flood)
    site.ask()
    assert flooding.wait(SECONDS)
    site.play(slow)
    visitor = site.ask()
    read_to(b"message.delta", visitor.pieces())
    assert max(gaps(visitor)) < 1


def test_p14_a_worker_that_was_held_up_goes_on(served: Site) -> None:
    """P14: it shows as a gap in an answer, which then goes on to its end."""
    served.play(slow)
    visitor = served.ask()
    read_to(b"message.delta", visitor.pieces())
    assert served.get("/spin/1.5").ok
    assert visitor.read().terminal[0].event == "done"


def test_p16_an_answer_may_take_longer_than_gunicorns_timeout(site: Site) -> None:
    """P16: the worker gives its signs of life meanwhile."""
    site.play(slow)
    pid, started = site.held()["pid"], time.monotonic()
    heard = site.heard()
    assert time.monotonic() - started > TIMEOUT
    assert heard.text == "word " * WORDS
    assert heard.terminal[0].event == "done"
    assert site.held()["pid"] == pid


def test_p15_a_worker_that_hangs_is_replaced(tmp_path: Path) -> None:
    """P15: who made it hang is cut, who else had an answer hears its end, and soon others are served."""
    with dying(tmp_path / "log", RIGGED, **SETTINGS) as site:
        visitor, pid = site.ask(), site.held()["pid"]
        wait_until(site.chats)
        guilty = site.connect(request(b"", method="GET", path="/spin/60.0"))
        with pytest.raises(http.client.RemoteDisconnected):
            guilty.read()
        assert visitor.read().error["code"] == "server_restarting"
        started = time.monotonic()
        assert site.held()["pid"] != pid
        assert time.monotonic() - started < SECONDS
