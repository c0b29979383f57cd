"""There is no way to Coze."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from coze_web.relay import HEARTBEAT
from tests.coze_wire import answer
from tests.faults.site import four_rules, running, whole
from tests.servers import free_port
from tests.upstream import Connection

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.site import Site

TIME_TO_TRY_AGAIN = {"COZE_TIMEOUT": "10", "COZE_CONNECT_TIMEOUT": "1"}
LIMIT = 3 + 3  # seconds: what it may take, and three for a slow machine


@pytest.fixture(scope="module")
def coze_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def settings(coze_port: int) -> dict[str, str]:
    """Name a Coze where nobody listens."""
    return {**TIME_TO_TRY_AGAIN, "COZE_API_BASE_URL": f"http://127.0.0.1:{coze_port}"}


def check_that_there_is_no_way(site: Site) -> None:
    """Ask, and see the error that says so."""
    started = time.monotonic()
    heard = site.heard()
    assert (heard.error["code"], heard.error["retryable"]) == ("upstream_unavailable", True)
    assert HEARTBEAT in heard.body, "it was tried again"
    assert time.monotonic() - started < LIMIT


def test_u1_a_refused_connection_is_an_error(site: Site) -> None:
    """U1: after two more tries."""
    check_that_there_is_no_way(site)


def test_u1_a_coze_that_is_back_in_a_moment_is_reached(site: Site, coze_port: int) -> None:
    """U1: the visitor sees heartbeats and the answer."""
    with socket.socket() as gate:
        gate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        gate.bind(("127.0.0.1", coze_port))
        client = site.ask()
        assert any(HEARTBEAT in piece for piece in client.pieces())
        gate.listen()
        gate.settimeout(20)
        thread = threading.Thread(target=answer_one, args=(gate,))
        thread.start()
        heard = client.read()
        thread.join(20)
    assert heard.text == "hi"
    assert heard.terminal[0].event == "done"


def answer_one(gate: socket.socket) -> None:
    """Be a Coze that answers once."""
    sock, _ = gate.accept()
    with sock:
        connection = Connection(sock, 0)
        assert connection.request()
        connection.send(whole(answer("hi")))


def test_u2_a_name_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    """U2: as if the connection were refused."""
    nowhere = {"COZE_API_BASE_URL": "https://coze.invalid", "NO_PROXY": "127.0.0.1,coze.invalid"}
    with running(tmp_path / "log", **TIME_TO_TRY_AGAIN, **nowhere) as site, four_rules(site):
        check_that_there_is_no_way(site)
