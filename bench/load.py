"""The visitors of the benchmark: raw sockets on uvloop that count what comes and read the time stamps in it."""

from __future__ import annotations

import asyncio
import json
import re
import time

from coze_web.chunked import ChunkDecoder

DELTA = b"conversation.message.delta"
STAMP = re.compile(rb"t(\d{19})")
KEPT = len(DELTA) - 1  # bytes that may belong to what the next piece completes
FLOOD = 10  # events at once; from here on the stamps say how long the queue is, not how slow the server
PATIENCE = 120.0


class Visitor(asyncio.Protocol):
    """Asks one question and reads the answer to its end.

    Args:
        port: where the server listens, on loopback.
        events, rate: what to ask the upstream for.

    Attributes:
        count: how many deltas came.
        delays: when each came and how long after it was sent, in nanoseconds; in a flood only the number counts.
        started: the first has come.

    """

    def __init__(self, port: int, events: int, rate: int) -> None:
        body = json.dumps({"message": f"bench {events} {rate}"}).encode()
        self._request = (
            b"POST /api/v1/coze/chat HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (port, len(body), body)
        )
        self._port = port
        self._wanted = events
        self.count = 0
        self.delays: list[tuple[int, int]] = []
        self.started = asyncio.Event()
        self._rest = b""
        self._head: bytes | None = b""
        self._chunks = ChunkDecoder()
        self._over = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    async def ask(self) -> bool:
        """Ask, wait for the end, and say whether the answer was whole."""
        try:
            await self._begin()
            async with asyncio.timeout(PATIENCE):
                await self._over
        except (OSError, TimeoutError):
            return False
        finally:
            if self._transport:
                self._transport.close()
        return self.count == self._wanted

    @property
    def is_reading(self) -> bool:
        """Whether the answer has begun and not ended."""
        return self.started.is_set() and not self._over.done()

    def pause(self) -> None:
        """Read nothing for a while."""
        if self._transport:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self._transport:
            self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Count."""
        now = time.monotonic_ns()
        if self._head is not None:
            head, blank_line, data = (self._head + data).partition(b"\r\n\r\n")
            self._head = None if blank_line else head
        # A server may cut the chunks, and with them the events, as it likes.
        text = self._rest + self._chunks.feed(data)
        self._rest = text[-KEPT:]
        found = text.count(DELTA)
        if found:
            self.count += found
            self.started.set()
            if found < FLOOD:
                self.delays += [(now, now - int(stamp)) for stamp in STAMP.findall(text)]
        if self._chunks.ended:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """End, whole or not."""
        self._end()

    async def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        self._transport.write(self._request)

    def _end(self) -> None:
        if not self._over.done():
            self._over.set_result(None)


async def get(port: int, path: str) -> float:
    """Ask for a page on a new connection and return the milliseconds to the end of its answer.

    Raises:
        OSError: it was not answered with 200.

    """
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read(-1)
    writer.close()
    if b" 200 " not in answer.partition(b"\r\n")[0]:
        raise OSError(path)
    return (time.perf_counter() - begun) * 1000
