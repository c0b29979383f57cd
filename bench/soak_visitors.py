"""The visitors of the soak: each asks one question; and what it had to get."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket

from bench.soak_coze import KINDS, digest
from coze_web.chunked import ChunkDecoder
from tests.fuzz.reference import parse

PATIENCE = 60.0  # seconds for one answer
SIP, SIPS = 8192, 0.1  # bytes that a slow reader takes at a time, and the seconds between
PACKET = 1400  # bytes; loopback's own of 64 KiB would have the system hold a whole answer
STAYS = 2.5  # seconds from the first delta until a visitor leaves
TERMINAL = {"done", "error"}


class Lost(Exception):  # noqa: N818 - the name says what it is about
    """An answer that is not what it had to be."""


async def visit(port: int, kind: str, number: int) -> bytes:
    """Ask for one chat of a kind, take the answer as this kind does, and return it; b"" for who leaves.

    Raises:
        Lost: it ended before the visitor left.

    """
    reader, writer = await _asked(port, kind, number)
    try:
        async with asyncio.timeout(PATIENCE):
            if kind == "gone":
                await _leave(reader, writer, number)
                return b""
            return await (_sip(reader) if kind == "slow" else reader.read())
    finally:
        writer.close()


async def _asked(port: int, kind: str, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    sock = socket.socket()
    sock.setblocking(False)  # noqa: FBT003 - the socket's own signature
    if kind == "slow":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SIP)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, PACKET)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=sock, limit=SIP)
    body = json.dumps({"message": f"soak {kind} {number}"}).encode()
    writer.write(
        b"POST /api/v1/coze/chat HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (port, len(body), body)
    )
    return reader, writer


async def _sip(reader: asyncio.StreamReader) -> bytes:
    taken = []
    while piece := await reader.read(SIP):
        taken.append(piece)
        await asyncio.sleep(SIPS)
    return b"".join(taken)


async def _leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
    await reader.readuntil(b"message.delta")  # before Coze has named the chat nobody could cancel it
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STAYS):
            raise Lost(f"it ended before the visitor left: {(await reader.read())[-200:]!r}")
    if number % 2:
        writer.transport.abort()  # else the connection is closed in peace


def judge(kind: str, raw: bytes, sent: str | None) -> None:
    """Compare an answer with the digest of what was sent; who left has nothing to compare.

    Raises:
        Lost: it is another, or did not end as its kind does.

    """
    if kind == "gone":
        return
    chunks = ChunkDecoder()
    frames = parse(chunks.feed(raw.partition(b"\r\n\r\n")[2]))
    terminal = [frame for frame in frames if frame.event in TERMINAL]
    if not chunks.ended or len(terminal) != 1 or frames[-1] is not terminal[0]:
        raise Lost(f"it ended with {raw[-200:]!r}")
    told = json.loads(terminal[0].data)["code"] if terminal[0].event == "error" else ""
    if told != KINDS[kind].error:
        raise Lost(f"the visitor was told {terminal[0]}")
    text = "".join(json.loads(frame.data)["content"] for frame in frames if frame.event.endswith("message.delta"))
    if digest(text) != sent:
        raise Lost(f"of the text came {len(text)} characters, which are not what was sent")
