"""TLS to Coze: the certificate, and the handshake."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from coze_web.relay import HEARTBEAT
from tests.coze_wire import BEGIN, answer, chat_event, delta
from tests.faults.site import LAST, whole
from tests.faults.tls import TlsUpstream, certificate
from tests.upstream import LAST_CHUNK, Connection, chunk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.site import Site

CONNECT_LIMIT = 4.0
LATE = 4.0  # seconds beyond a limit that even a slow machine does not need


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write a good certificate, and some that are not."""
    folder = tmp_path_factory.mktemp("certificates")
    return {
        "good": certificate(folder, "good"),
        "unknown": certificate(folder, "unknown"),
        "expired": certificate(folder, "expired", days=-1),
        "another's": certificate(folder, "another", address="127.0.0.2"),
    }


@pytest.fixture(scope="module")
def coze() -> Iterator[TlsUpstream]:
    server = TlsUpstream()
    yield server
    server.close()


@pytest.fixture(scope="module")
def settings(
    coze: TlsUpstream, certificates: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Trust who signed all certificates but one."""
    trusted = tmp_path_factory.mktemp("trusted") / "trusted.pem"
    trusted.write_text("".join(path.read_text() for name, path in certificates.items() if name != "unknown"))
    return {
        "COZE_API_BASE_URL": coze.url,
        "COZE_CONNECT_TIMEOUT": str(CONNECT_LIMIT),
        "COZE_TIMEOUT": "15",
        "COZE_TOTAL_TIMEOUT": "20",
        "REQUESTS_CA_BUNDLE": str(trusted),
    }


def test_an_answer_comes_through_tls(site: Site, coze: TlsUpstream, certificates: dict[str, Path]) -> None:
    """No fault: event by event, with a heartbeat in a silence."""
    is_shown = threading.Event()

    def script(connection: Connection) -> None:
        connection.send(LAST + chunk(BEGIN + delta("first")))
        is_shown.wait(20)
        connection.send(chunk(delta("second") + chat_event("completed")) + LAST_CHUNK)

    coze.shown, coze.script = certificates["good"], script
    client = site.ask()
    pieces = client.pieces()
    assert any(b"first" in piece for piece in pieces)
    assert any(HEARTBEAT in piece for piece in pieces)
    is_shown.set()
    heard = client.read()
    assert heard.text == "second"
    assert heard.terminal[0].event == "done"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("unknown", id="U5-unknown"),
        pytest.param("expired", id="U5-expired"),
        pytest.param("another's", id="U5-of-another-host"),
    ],
)
def test_a_bad_certificate_is_an_error(site: Site, coze: TlsUpstream, certificates: dict[str, Path], name: str) -> None:
    """U5: after one try, in which nothing was told."""
    coze.shown, coze.script = certificates[name], lambda connection: connection.send(whole(answer("hi")))
    tries, requests = coze.tries, len(coze.requests)
    heard = site.heard()
    assert (heard.error["code"], heard.error["retryable"]) == ("upstream_unavailable", True)
    assert coze.tries == tries + 1
    assert len(coze.requests) == requests


def test_u6_a_handshake_that_hangs_ends_at_the_connect_limit(site: Site, coze: TlsUpstream) -> None:
    """U6: with heartbeats until then."""
    coze.shown, coze.plain = None, b""
    tries, started = coze.tries, time.monotonic()
    heard = site.heard()
    seconds = time.monotonic() - started
    assert (heard.error["code"], heard.error["retryable"]) == ("upstream_timeout", True)
    assert HEARTBEAT in heard.body
    assert coze.tries == tries + 1
    assert CONNECT_LIMIT < seconds < CONNECT_LIMIT + LATE


def test_u6_a_port_that_speaks_no_tls_is_an_error(site: Site, coze: TlsUpstream) -> None:
    """U6: at once, and nothing was told."""
    coze.shown, coze.plain = None, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    tries, requests = coze.tries, len(coze.requests)
    assert site.heard().error["code"] == "upstream_unavailable"
    assert coze.tries == tries + 1
    assert len(coze.requests) == requests
