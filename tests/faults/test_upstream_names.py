"""A name server that does not answer: the system's lookup has no limit that a program could set."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import answer
from tests.faults.site import Site, four_rules, running, whole
from tests.servers import wait_until
from tests.upstream import CHUNKED, LAST_CHUNK, chunk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.upstream import Connection

APP = "tests.faults.nameless:app"
STUCK_AT_ONCE = 12  # gevent looks up names in ten threads
CONNECT_TIMEOUT = 1.0


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    return tmp_path / "stuck"


@pytest.fixture
def site(tmp_path: Path, stuck: Path) -> Iterator[Site]:
    variables = {"COZE_CONNECT_TIMEOUT": str(CONNECT_TIMEOUT), "TESTS_STUCK": str(stuck)}
    with running(tmp_path / "log", APP, **variables) as site, four_rules(site):
        yield site
        stuck.unlink(missing_ok=True)


def test_u3_a_lookup_that_never_ends_is_an_error_at_the_connect_limit(site: Site, stuck: Path) -> None:
    """U3: and when names are found again, nobody is asked what nobody waits for any more."""
    site.play(lambda connection: connection.send(whole(answer("late"))))
    stuck.touch()
    started = time.monotonic()
    heard = site.heard()
    assert CONNECT_TIMEOUT <= time.monotonic() - started < 8
    assert heard.error["code"] == "upstream_unavailable"
    assert b": heartbeat" in heard.body
    stuck.unlink()
    wait_until(lambda: site.held()["streams"] == 0)
    assert not any(site.coze.requests)
    assert site.heard().text == "late"


def test_u4_stuck_lookups_do_not_stop_who_is_connected_already(site: Site, stuck: Path) -> None:
    """U4: a chat on a kept connection needs no lookup, and no thread for one."""
    is_asked, may_answer = threading.Event(), threading.Event()

    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(answer("quick")) + LAST_CHUNK)
        while connection.request():
            is_asked.set()
            may_answer.wait(20)  # or another could have the connection
            connection.send(CHUNKED + chunk(answer("quick")) + LAST_CHUNK)

    site.play(script)
    assert site.heard().text == "quick"
    wait_until(lambda: not site.held()["streams"])
    stuck.touch()
    connected = site.ask()
    assert is_asked.wait(20)
    heard = [visitor.read() for visitor in [site.ask() for _ in range(STUCK_AT_ONCE)]]
    assert [one.text for one in heard] == [""] * STUCK_AT_ONCE
    may_answer.set()
    assert connected.read().text == "quick"
    started = time.monotonic()
    assert site.heard().text == "quick"
    assert time.monotonic() - started < 1
