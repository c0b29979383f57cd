"""The server is stopped, or dies: who reads an answer is told, or finds it cut; nobody hangs."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.coze_wire import BEGIN, answer, delta
from tests.faults.client import PATH, Client, request
from tests.faults.site import Site, dying, silent, whole
from tests.faults.worker import family
from tests.servers import wait_until
from tests.upstream import CHUNKED, Connection, chunk, read_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOLD = 2.0  # seconds after SIGTERM in which every answer has its last frame
SECONDS = 10.0  # what is called soon, on a slow machine
REFUSED = 0
GONE = 25.0  # seconds after SIGTERM in which the processes are gone


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Run a site that does not survive the test."""
    with dying(tmp_path / "log") as site:
        yield site


def silent_after_a_word(connection: Connection) -> None:
    connection.send(CHUNKED + chunk(BEGIN + delta("hi")))
    connection.wait_for_end()


def talkative(connection: Connection) -> None:
    connection.send(CHUNKED + chunk(BEGIN))
    while True:
        connection.send(chunk(delta("and on")))
        time.sleep(0.02)


def idle(site: Site) -> Client:
    """Open a connection that is kept, and asks for nothing more."""
    client = site.connect(request(b"", method="GET", path="/healthz"))
    assert client.response.read()
    return client


def master(site: Site) -> None:
    site.server.process.send_signal(signal.SIGTERM)


def all_twice(site: Site) -> None:
    pids = family(site.server.process.pid)
    for pid in pids * 2:
        os.kill(pid, signal.SIGTERM)


@pytest.mark.parametrize("stop", [pytest.param(master, id="P2-master"), pytest.param(all_twice, id="P4-all-twice")])
def test_sigterm_ends_every_answer_with_its_reason(site: Site, stop: Callable[[Site], None]) -> None:
    """P2, P4: whatever the answers wait for, and the process is gone soon."""
    scripts = (silent, silent_after_a_word, talkative, silent)
    visitors: list[Client] = []
    for script in scripts:
        site.play(script)
        visitors.append(site.ask(stream=len(visitors) < 3))
        wait_until(lambda: site.chats() == len(visitors))
    stop(site)
    stopped = time.monotonic()
    heard = [visitor.read() for visitor in visitors]
    assert time.monotonic() - stopped < TOLD
    assert [len(it.terminal) for it in heard] == [1, 1, 1, 0]
    assert {(it.error["code"], it.error["retryable"]) for it in heard} == {("server_restarting", True)}
    assert heard[3].status == 503
    assert site.server.process.wait(GONE) == 0


def test_p1_an_answer_that_is_whole_already_ends_well(site: Site) -> None:
    """P1: Coze only has to say goodbye."""

    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(answer("all").removesuffix(b'event:done\ndata:"[DONE]"\n\n')))
        connection.wait_for_end()

    site.play(script)
    visitor = site.ask()
    read_to(b"chat.completed", visitor.pieces())
    site.server.process.send_signal(signal.SIGTERM)
    body = b"".join(visitor.pieces())
    assert b"event: done" in body
    assert b"event: error" not in body
    assert site.server.process.wait(GONE) == 0


def test_p5_who_comes_while_it_stops_is_answered_or_refused(site: Site) -> None:
    """P5: nobody hangs, neither on a new connection nor on one that was kept."""
    site.play(lambda connection: connection.send(whole(answer("hi"))))
    idle(site)  # holds the worker up for a while
    with requests.Session() as kept:
        assert ask(site, kept) == 200
        site.server.process.send_signal(signal.SIGTERM)
        outcomes = [ask(site, kept)]
        while site.server.process.poll() is None:
            time.sleep(0.05)
            outcomes.append(ask(site, requests))
        outcomes.append(ask(site, requests))
    assert set(outcomes) <= {200, 503, REFUSED}
    assert REFUSED in outcomes


def ask(site: Site, how: Any) -> int:
    """Ask, and return the answer's status; who is not answered within two seconds hangs."""
    try:
        response = how.post(f"{site.server.url}{PATH}", json={"message": "hi"}, timeout=2)
    except requests.ConnectionError:
        return REFUSED
    return int(response.status_code)


@pytest.mark.parametrize(
    "number", [pytest.param(signal.SIGINT, id="P6-INT"), pytest.param(signal.SIGQUIT, id="P6-QUIT")]
)
def test_an_impatient_signal_stops_it_at_once(site: Site, number: signal.Signals) -> None:
    """P6: answers may be cut, where SIGTERM would let them end."""
    pieces = half_an_answer(site).pieces()
    site.server.process.send_signal(number)
    with contextlib.suppress(http.client.IncompleteRead):
        assert b"event: done" not in b"".join(pieces)
    assert site.server.process.wait(SECONDS) == 0
    assert site.coze.left.wait(SECONDS)


def test_p7_c26_a_worker_that_is_killed_cuts_its_answers_and_is_replaced(site: Site) -> None:
    """P7, C26: no terminal frame and no last chunk says that it was not all; soon others are served."""
    visitor = half_an_answer(site)
    pid = site.held()["pid"]
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(http.client.IncompleteRead):
        visitor.read()
    assert site.coze.left.wait(SECONDS)
    started = time.monotonic()
    assert site.held()["pid"] != pid
    assert time.monotonic() - started < SECONDS


def half_an_answer(site: Site) -> Client:
    """Ask, and read what Coze says before it falls silent."""
    site.play(silent_after_a_word)
    visitor = site.ask()
    read_to(b"message.delta", visitor.pieces())
    return visitor


def test_p11_connections_that_are_kept_do_not_hold_it_up(site: Site) -> None:
    """P11: though nobody closes them."""
    for _ in range(5):
        idle(site)
    started = time.monotonic()
    site.server.process.send_signal(signal.SIGTERM)
    assert site.server.process.wait(GONE) == 0
    assert time.monotonic() - started < GONE / 2
