"""The bytes of Coze's answer: their encoding, their number, and whether they are compressed."""

from __future__ import annotations

import threading
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import BEGIN, chat_event, delta, event
from tests.servers import wait_until
from tests.upstream import CHUNKED, HEAD, UNTIL_CLOSE, Connection, chunk

if TYPE_CHECKING:
    from tests.faults.site import Site

MIB = 1024 * 1024
ENDLESS = 64 * MIB


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Give a flood the time to drown others."""
    return {"COZE_TOTAL_TIMEOUT": "8"}


@pytest.mark.parametrize("charset", ["gbk", "iso-8859-1", "utf-16", "nonsense"])
def test_u24_text_is_utf_8_whatever_the_header_says(site: Site, charset: str) -> None:
    """U24: the standard knows no other."""
    whole = event("conversation.message.delta", '{"content": "你好 é 🌊"}')
    head = HEAD.replace(b"event-stream", f"event-stream; charset={charset}".encode())
    sent = head + b"Connection: close\r\n\r\n" + BEGIN + whole + chat_event("completed")
    site.play(lambda connection: connection.send(sent))
    assert site.heard().text == "你好 é 🌊"


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        pytest.param(b"event: conversation.message.delta\ndata: ", b"x" * 1024, id="U25-one-line"),
        pytest.param(b"event: conversation.message.delta\n", (b"data: " + b"x" * 57 + b"\n") * 16, id="U25-many-lines"),
        pytest.param(b"", b"y" * 1024, id="U25-no-field"),
    ],
)
def test_an_event_that_does_not_end_ends_the_answer(site: Site, start: bytes, piece: bytes) -> None:
    """U25: at one MiB, while others are answered (the fourth rule); Coze is hung up on and the chat cancelled."""
    sent, is_over = 0, threading.Event()

    def script(connection: Connection) -> None:
        nonlocal sent
        connection.send(CHUNKED + chunk(BEGIN + delta("half") + start))
        try:
            while sent < ENDLESS:
                connection.send(chunk(piece))
                sent += len(piece)
        finally:
            is_over.set()

    cancelled = site.cancellations()
    site.play(script)
    heard = site.heard()
    assert heard.text == "half"
    assert (heard.error["code"], heard.error["retryable"]) == ("event_too_large", False)
    wait_until(lambda: site.cancellations() == cancelled + 1)
    assert is_over.wait(20)
    assert sent < ENDLESS / 2, "what the sockets hold, and no more"


def test_u9_a_flood_that_says_nothing_ends_at_the_total_limit(site: Site) -> None:
    """U9: and others are answered meanwhile (the fourth rule), though there are bytes at each read."""

    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(BEGIN))
        while True:
            connection.send(chunk(b": still here, still here\n\n" * 2000))

    site.play(script)
    assert site.heard().error["code"] == "upstream_too_long"


@pytest.mark.parametrize("encoding", [pytest.param("gzip", id="U36-gzip"), pytest.param("deflate", id="U36-deflate")])
def test_a_compressed_answer_is_shown_as_it_arrives(site: Site, encoding: str) -> None:
    """U36: the first event is there before the second is sent."""
    is_shown = threading.Event()

    def script(connection: Connection) -> None:
        packer = zlib.compressobj(wbits=zlib.MAX_WBITS | (16 if encoding == "gzip" else 0))
        head = UNTIL_CLOSE.replace(b"Connection", f"Content-Encoding: {encoding}\r\nConnection".encode())
        connection.send(head + packer.compress(BEGIN + delta("first")) + packer.flush(zlib.Z_SYNC_FLUSH))
        is_shown.wait(20)
        connection.send(packer.compress(delta("second") + chat_event("completed")) + packer.flush())

    site.play(script)
    client = site.ask()
    assert any(b"first" in piece for piece in client.pieces())
    is_shown.set()
    heard = client.read()
    assert heard.text == "second"
    assert heard.terminal[0].event == "done"
