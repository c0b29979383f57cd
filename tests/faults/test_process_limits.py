"""The server at its limits: others are refused or wait a moment, and once it is over all is well again."""

from __future__ import annotations

import resource
import time
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import answer
from tests.faults.client import request
from tests.faults.site import Site, dying, silent, whole
from tests.faults.worker import open_files
from tests.servers import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.upstream import Connection

STREAMS = 3
CONNECTIONS = 6
SECONDS = 10.0  # what is called soon, on a slow machine


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    return {"COZE_WEB_MAX_STREAMS": str(STREAMS)}


def greet(connection: Connection) -> None:
    connection.send(whole(answer("hi")))


def test_p9_beyond_the_last_stream_others_are_told_when_to_come_back(site: Site) -> None:
    """P9: at once, while the site is alive; and a stream that ends makes room."""
    visitors = [site.ask() for _ in range(STREAMS)]
    wait_until(lambda: site.held()["streams"] == STREAMS)
    for _ in range(20):
        refused = site.heard()
        assert (refused.status, refused.error["code"]) == (503, "too_many_streams")
        assert int(refused.headers["Retry-After"]) > 0
    visitors[0].leave()
    wait_until(lambda: site.held()["streams"] < STREAMS)
    site.play(greet)
    assert site.heard().terminal[0].event == "done"


def test_p10_many_connections_that_are_kept_hold_nobody_up(site: Site) -> None:
    """P10: the limit of connections is far from what visitors who have their page cause."""
    for _ in range(200):
        client = site.connect(request(b"", method="GET", path="/healthz"))
        assert client.response.read()
    site.play(greet)
    assert site.heard().terminal[0].event == "done"


def test_p10_even_at_the_limit_of_connections_kept_ones_give_way(tmp_path: Path) -> None:
    """P10: each is closed after two seconds, so who comes waits no longer than that."""
    arguments = f"--worker-connections {CONNECTIONS}"
    with dying(tmp_path / "log", GUNICORN_CMD_ARGS=arguments) as site:
        for _ in range(CONNECTIONS):
            client = site.connect(request(b"", method="GET", path="/healthz"))
            assert client.response.read()
        started = time.monotonic()
        site.play(greet)
        assert site.heard().terminal[0].event == "done"
        assert time.monotonic() - started < SECONDS


def test_p8_a_worker_that_has_served_enough_is_replaced_in_seconds(tmp_path: Path) -> None:
    """P8: it tells its visitors, and who comes meanwhile waits for the next one, but not for its answers to end."""
    with dying(tmp_path / "log", GUNICORN_CMD_ARGS="--max-requests 20") as site:
        visitor = site.ask()
        first = site.held()["pid"]
        asked = time.monotonic()
        while site.held()["pid"] == first:
            asked = time.monotonic()
        assert time.monotonic() - asked < SECONDS
        assert visitor.read().error["code"] == "server_restarting"


def test_p12_without_a_file_left_visitors_wait_or_are_told(tmp_path: Path) -> None:
    """P12: nobody's answer is left without its end, and with files again all is well."""
    with dying(tmp_path / "log", COZE_TIMEOUT="2") as site:
        site.play(greet)
        assert site.heard().terminal[0].event == "done"
        pid = site.held()["pid"]
        _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (open_files(pid) + 20, hard))
        site.play(silent)
        visitors = [site.ask() for _ in range(60)]
        assert {visitor.read().error["code"] for visitor in visitors} <= {"upstream_timeout", "upstream_unavailable"}
        assert b"Too many open files" in site.log.read_bytes()
        site.play(greet)
        assert site.heard().terminal[0].event == "done"
        assert site.held()["pid"] == pid
