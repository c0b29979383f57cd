"""Plays a schedule as the body of one response, and notices a client that leaves."""

from __future__ import annotations

import errno
import socket
import struct
from typing import TYPE_CHECKING

from coze_web.emulator.schedule import Ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.emulator.objects import Chat
    from coze_web.emulator.schedule import Schedule
    from coze_web.emulator.services import Services

# A silence is slept in slices of so many seconds, to look after the client in between.
SLICE = 0.25


class Playback:
    """An iterator of bytes for one response: WSGI's `close()` tells it that the server is through with it.

    Raises ConnectionResetError where the connection must end without the end of the body: a server then closes it.
    `connection` is the client's socket, None where there is none to look at (a test client).
    """

    def __init__(self, services: Services, chat: Chat, schedule: Schedule, connection: socket.socket | None) -> None:
        self._services = services
        self._chat = chat
        self._schedule = schedule
        self._connection = connection
        self._over = False
        self._due = 0.0
        self._chunks = self._play()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._chunks)

    def close(self) -> None:
        """Note a client that left early: before the first item, in between, or while the stream hung."""
        if not self._over:
            self._over = True
            self._services.journal.chat("client_gone", self._chat)

    def _play(self) -> Iterator[bytes]:
        self._due = self._services.clock.time()
        for step in self._schedule.steps:
            self._wait(step.wait)
            yield step.chunk
        self._end(self._schedule.ending)

    def _wait(self, seconds: float) -> None:
        # Against the clock, not from step to step: what sleeping and writing cost must not add up.
        self._due += seconds
        while (left := self._due - self._services.clock.time()) > 0:
            self._services.clock.sleep(min(left, SLICE))
            self._look_for_client()

    def _look_for_client(self) -> None:
        if self._connection and _has_left(self._connection):
            raise ConnectionResetError(errno.ECONNRESET, "the client has left")

    def _end(self, ending: Ending) -> None:
        if ending in {Ending.COMPLETE, Ending.HANG}:
            self._services.store.finish(self._chat)
        self._services.journal.chat("finished", self._chat)
        while ending is Ending.HANG and self._connection:
            self._wait(SLICE)
        self._over = True
        if ending is Ending.RESET and self._connection:
            # With no time to linger, close() throws away what is unsent and resets the connection.
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if ending in {Ending.CUT, Ending.RESET}:
            raise ConnectionResetError(errno.ECONNRESET, "the fault that was asked for")


def _has_left(connection: socket.socket) -> bool:
    # An empty read is a client that closed. One that only closed its sending half looks the same and is taken for gone.
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
