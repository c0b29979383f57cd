"""Visitors who do not leave, and neither read nor write: each is cut after a while, and costs little until then."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import BEGIN, DONE, chat_event, delta
from tests.faults.client import Client, question
from tests.faults.site import PATIENCE, RIGGED, Site, running, whole
from tests.faults.worker import resident
from tests.servers import wait_until
from tests.upstream import CHUNKED, Connection, chunk

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = 4096  # bytes; the system makes some more of it
MANY = chunk(delta("x" * 1000)) * 100
CUT = 10.0  # seconds, in which each of them is cut, and a slow machine does it too
HEAD = b"POST /api/v1/coze/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a site that waits four seconds for a visitor, where ours waits twenty."""
    log = tmp_path_factory.mktemp("faults") / "log"
    with running(log, RIGGED) as site:
        yield site


def endless(connection: Connection) -> None:
    with contextlib.suppress(OSError):
        connection.send(CHUNKED + chunk(BEGIN))
        while True:
            connection.send(MANY)


@pytest.mark.parametrize("count", [pytest.param(1, id="C5-half-open"), pytest.param(4, id="C6-slow-readers")])
def test_who_stops_reading_is_cut_and_coze_let_go(site: Site, count: int) -> None:
    """C5, C6: what waits for them meanwhile is a few buffers, not the answer."""
    site.play(endless)
    site.coze.left.clear()
    before, asked = resident(site.held()["pid"]), site.chats()
    for _ in range(count):
        site.connect(question(), receive_buffer=SMALL)
    wait_until(lambda: site.chats() == asked + count)
    wait_until(lambda: not site.held()["streams"])
    assert site.coze.left.wait(CUT)
    assert resident(site.held()["pid"]) - before < 16_000_000


def test_c6_who_reads_with_pauses_gets_it_all(site: Site) -> None:
    """C6: though the whole takes them longer than one write may."""
    body = BEGIN + delta("x" * 1000) * 12_000 + chat_event("completed") + DONE
    site.play(lambda connection: connection.send(whole(body)))
    started, length, since = time.monotonic(), 0, 0
    for piece in site.ask().pieces():
        length, since, last = length + len(piece), since + len(piece), piece
        if since > 2_000_000:
            since = 0
            time.sleep(PATIENCE / 4)
    assert time.monotonic() - started > PATIENCE
    assert length > 12_000_000
    assert last.endswith(b"event: done\ndata: [DONE]\n\n")


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(HEAD + b"Content-Length: 100\r\n\r\n{", id="C8-body"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", id="C8-chunked-body"),
        pytest.param(HEAD, id="C9-headers"),
        pytest.param(b"", id="C9-nothing"),
    ],
)
def test_who_does_not_go_on_sending_is_cut(site: Site, sent: bytes) -> None:
    """C8, C9: wherever in the request it is."""
    before = site.chats()
    visitor = site.connect(sent)
    visitor.socket.settimeout(CUT)
    got = b"".join(iter(lambda: visitor.socket.recv(4096), b""))
    assert not got or got.startswith(b"HTTP/1.1 400 ")
    assert site.chats() == before


def test_c9_who_drips_headers_is_cut_too(site: Site) -> None:
    """C9: a byte now and then does not help."""
    visitor = site.connect(HEAD + b"X-Long: ")
    wait_until(lambda: refuses(visitor, b"x"), CUT)


def refuses(visitor: Client, data: bytes) -> bool:
    """Send it, and say whether the connection is closed."""
    try:
        visitor.send(data)
    except ConnectionError:
        return True
    return False
