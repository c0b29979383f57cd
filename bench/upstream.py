"""The Coze that every peer relays in the benchmark: a raw asyncio server on uvloop, never the bottleneck.

The question says what to answer: `bench EVENTS RATE` gives so many deltas, RATE a second or as fast as they are taken
when it is 0. Each event comes in an HTTP chunk of its own, as Coze sends them, and says when it was sent
(CLOCK_MONOTONIC, nanoseconds). Paced chats keep to one grid of time, each with a phase of its own, so that all peers
get the same load.
"""

from __future__ import annotations

import asyncio
import gc
import re
import sys
import time
from typing import cast

import uvloop

from tests.upstream import LAST_CHUNK, chunk

ASKED = re.compile(rb"bench (\d+) (\d+)")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Tt-Logid: 20261120000000BENCH\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
ACCEPTED = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n{"code":0,"data":null}'
CHAT = (
    b'{"id":"7382159487131697202","conversation_id":"7381473525342978089","bot_id":"7379462189365198898",'
    b'"completed_at":1718792949,"last_error":{"code":0,"msg":""},"status":"%b",'
    b'"usage":{"token_count":30,"output_count":10,"input_count":20}}'
)
MESSAGE = (
    b'{"id":"7382159494123470858","conversation_id":"7381473525342978089","bot_id":"7379462189365198898",'
    b'"role":"assistant","type":"answer","content":"%b","content_type":"text","chat_id":"7382159487131697202"}'
)
BATCH = 50  # events in one write, where they come as fast as they can
GOLDEN_RATIO = 0.6180339887
STAMP = b"t%019d"


def event(name: bytes, data: bytes) -> bytes:
    """Return one event in a chunk of its own."""
    return chunk(b"event:conversation.%b\ndata:%b\n\n" % (name, data))


BEGIN = HEAD + event(b"chat.created", CHAT % b"created") + event(b"chat.in_progress", CHAT % b"in_progress")
DELTA = event(b"message.delta", MESSAGE % (STAMP % 0)).replace(STAMP % 0, STAMP)
DONE = chunk(b'event:done\ndata:"[DONE]"\n\n') + LAST_CHUNK


def end(events: int) -> bytes:
    """Return what follows the deltas."""
    whole = event(b"message.completed", MESSAGE % ("字".encode() * events))
    return whole + event(b"chat.completed", CHAT % b"completed") + DONE


class Chat(asyncio.Protocol):
    """One connection, one chat at a time."""

    opened = 0

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._request = b""
        self._resumed = asyncio.Event()
        self._resumed.set()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer once the request is whole."""
        self._request += data
        head, _, body = self._request.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if b"\r\n\r\n" not in self._request or len(body) < (int(length[1]) if length else 0):
            return
        self._request = b""
        asked = ASKED.search(body)
        if asked is None:
            self._transport.write(ACCEPTED)
        elif int(asked[2]):
            self._pace(int(asked[1]), 1 / int(asked[2]))
        else:
            self._task = self._loop.create_task(self._flood(int(asked[1])))

    def _pace(self, events: int, period: float) -> None:
        self._transport.write(BEGIN)
        Chat.opened += 1
        phase = Chat.opened * GOLDEN_RATIO % 1 * period
        first = (self._loop.time() - phase) // period * period + phase + period
        self._timer = self._loop.call_at(first, self._beat, first, period, events)

    def _beat(self, now: float, period: float, left: int) -> None:
        self._transport.write(DELTA % time.monotonic_ns())
        if left > 1:
            self._timer = self._loop.call_at(now + period, self._beat, now + period, period, left - 1)
        else:
            self._transport.write(end(1))

    async def _flood(self, events: int) -> None:
        self._transport.write(BEGIN)
        for sent in range(0, events, BATCH):
            self._transport.write(DELTA % time.monotonic_ns() * min(BATCH, events - sent))
            await self._resumed.wait()
            await asyncio.sleep(0)
        self._transport.write(end(events))

    def pause_writing(self) -> None:
        """Wait for a peer that reads slowly."""
        self._resumed.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self._resumed.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Stop."""
        if self._task:
            self._task.cancel()
        if self._timer:
            self._timer.cancel()


async def serve(port: int) -> None:
    """Serve until the process ends."""
    server = await asyncio.get_running_loop().create_server(Chat, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    gc.disable()  # its pauses would count as the peers' latency
    uvloop.run(serve(int(sys.argv[1])))
