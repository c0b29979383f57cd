"""Plays a schedule as the body of one response, and notices a client that leaves."""

from __future__ import annotations

import errno
import socket
import struct
from typing import TYPE_CHECKING, Protocol

from flask import Response, request

from coze_web.emulator.journal import Subject
from coze_web.emulator.schedule import Ending
from coze_web.emulator.services import services
from coze_web.emulator.wire import STREAM_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.emulator.schedule import Schedule
    from coze_web.emulator.services import Services

# Where a server leaves the client's socket (a plain one: looking at it must not wait).
SOCKET = "coze_emulator.socket"
# A silence is slept in slices of so many seconds, to look after the client in between.
SLICE = 0.25


class Played(Subject, Protocol):
    """A chat or a run: what ends when its stream was played to the end."""

    def finish(self, now: float) -> None:
        """End it."""


def play(subject: Played, schedule: Schedule, content_type: str = STREAM_TYPE) -> Response:
    """Return the response whose body is this schedule."""
    return Response(Playback(services(), subject, schedule, request.environ.get(SOCKET)), content_type=content_type)


class Playback:
    """An iterator of bytes for one response: WSGI's `close()` tells it that the server is through with it.

    Raises ConnectionResetError where the connection must end without the end of the body: a server then closes it.
    `connection` is the client's socket, None where there is none to look at (a test client).
    """

    def __init__(
        self, services: Services, subject: Played, schedule: Schedule, connection: socket.socket | None
    ) -> None:
        self._services = services
        self._subject = subject
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
            self._services.journal.note("client_gone", self._subject)

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
            self._subject.finish(self._services.clock.time())
        self._services.journal.note("finished", self._subject)
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
