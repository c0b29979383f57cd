"""One upstream stream -> the bytes of one response.

A thread (a greenlet under gevent) reads from Coze into a channel, and the response's generator takes from it. One clock
per worker (`coze_web.streams`) ticks for all: a heartbeat goes into the channels that are silent, which is also how a
visitor who left is noticed, and an error into those that waited too long.
"""

from __future__ import annotations

import _thread
import json
import logging
import threading
import time
from typing import TYPE_CHECKING

from coze_web.channel import Channel
from coze_web.errors import BrokenStreamError, BusyError, CozeWebError, UpstreamError
from coze_web.reader import Reader
from coze_web.sse import comment, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coze_web.catalog import Language
    from coze_web.exchange import Exchange, Incoming
    from coze_web.settings import Settings

SETTLE = 1.0  # seconds that Coze has to end its stream once the answer is whole

OPEN = comment("open")
HEARTBEAT = comment("heartbeat")

log = logging.getLogger(__name__)


class Relay:
    """The way of one answer from Coze to one visitor.

    Args:
        on_end: called once, when neither the reader nor the response is left.

    """

    def __init__(
        self, exchange: Exchange, settings: Settings, request_id: str, on_end: Callable[[Relay], None]
    ) -> None:
        self._settings = settings
        self._request_id = request_id
        self._on_end = on_end
        self._channel = Channel()
        self._closed = threading.Event()
        self._closed_at = 0.0
        self._started = self._sent = time.monotonic()
        self._error: CozeWebError | None = CozeWebError("visitor_left")
        self.reader = Reader(exchange, request_id, self._channel)

    def start(self) -> None:
        """Begin to ask Coze; returns at once."""
        # threading.Thread would wait for it to have begun, and add to what is kept of it while it waits.
        _thread.start_new_thread(self._ask, ())

    def stream(self, language: Language) -> Iterator[bytes]:
        """Yield the event stream: a comment at once, the answer as it comes, exactly one terminal frame."""
        yield OPEN
        try:
            yield from self.pieces()
            yield encode("done", self.reader.answer.farewell(self.reader.logid))
        except CozeWebError as error:
            yield encode("error", json.dumps(error.body(language, self._request_id)))
        finally:
            self.close()

    def pieces(self) -> Iterator[bytes]:
        """Yield the frames that came since the last time, or a heartbeat, until the answer is whole.

        Raises:
            CozeWebError: the answer did not come to its proper end.

        """
        piece, last = self._channel.take()
        while isinstance(last, bytes):
            yield piece or HEARTBEAT
            self._sent = time.monotonic()
            piece, last = self._channel.take()
        if piece:
            yield piece
        self._error = last
        self.reader.exchange.settle(last, self.reader.logid)
        if last is not None:
            raise last

    def close(self) -> None:
        """Say that the response is over; unless Coze has only its goodbye left to say, the reader stops at once."""
        if self._closed.is_set():
            return
        self._closed_at = time.monotonic()
        self._closed.set()
        self._channel.close()
        if not self.reader.answer.settled:
            self.reader.stop()

    def tick(self, now: float, *, draining: bool) -> None:
        """Look at the clock (`time.monotonic`): a heartbeat, or the end of waiting."""
        reader, limits = self.reader, self._settings
        if self._closed.is_set():
            if now - self._closed_at > SETTLE:
                reader.stop()
        elif reader.answer.completed and now - reader.heard > SETTLE:
            self._channel.put(None)
        elif draining:
            self._channel.put(BusyError("server_restarting"))
        elif now - self._started > limits.total_timeout:
            self._channel.put(BrokenStreamError("upstream_too_long", logid=reader.logid))
        elif now - reader.heard > limits.timeout:
            self._channel.put(UpstreamError("upstream_timeout", logid=reader.logid))
        elif now - self._sent > limits.heartbeat and self._channel.is_empty:
            self._channel.put(b"")

    def _ask(self) -> None:
        # In a thread of its own, since a thread keeps the room of its deepest moment: 6 KiB a stream while it is read.
        _thread.start_new_thread(self._read, (self.reader.ask(),))

    def _read(self, stream: Incoming | None) -> None:
        try:
            self.reader.read(stream)
            self._closed.wait()
            self.reader.exchange.settle(self._error, self.reader.logid)
            self._log_end()
        finally:
            self._on_end(self)

    def _log_end(self) -> None:
        log.info(
            "stream ended: outcome=%s request_id=%s %s logid=%s seconds=%.3f",
            self._error.code if self._error else "done",
            self._request_id,
            self.reader.answer.name,
            self.reader.logid,
            self._closed_at - self._started,
        )
