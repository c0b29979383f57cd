"""One upstream stream -> the bytes of one response.

A thread (a greenlet under gevent) asks Coze; the response's generator then reads the answer itself, and passes on what
comes. One clock per worker (`coze_web.streams`) ticks for all: it wakes those that are due for a heartbeat, which is
also how a visitor who left is noticed, or have waited too long.
"""

from __future__ import annotations

import _thread
import logging
import threading
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING

from coze_web.ending import DONE, Ending
from coze_web.errors import BrokenStreamError, BusyError, CozeWebError, UnreachableError, UpstreamError
from coze_web.reader import Reader
from coze_web.sse import comment

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from coze_web.catalog import Language
    from coze_web.exchange import Exchange, Incoming
    from coze_web.settings import Settings

TICK = 0.25  # seconds
GRACE = 1.0  # seconds that a connection may take longer than each of its steps may: nothing bounds a name's lookup
SETTLE = 1.0  # seconds that Coze has to end its stream once the answer is whole

OPEN = comment("open")
HEARTBEAT = comment("heartbeat")

log = logging.getLogger(__name__)


def tick_of(settings: Settings) -> float:
    """Return how many seconds the clock sleeps."""
    return min(TICK, settings.heartbeat / 2)


class _Whole(Exception):  # noqa: N818 - nothing went wrong
    """The answer is whole, though Coze did not say goodbye."""


class Relay:
    """The way of one answer from Coze to one visitor.

    Args:
        on_end: called once, when neither the question nor the response is left.

    """

    def __init__(
        self, exchange: Exchange, settings: Settings, request_id: str, on_end: Callable[[Relay], None]
    ) -> None:
        self._settings = settings
        self._request_id = request_id
        self._on_end = on_end
        # SimpleQueue is the one queue that gevent replaces by a C implementation. None wakes who waits for the answer.
        self._asked: SimpleQueue[Incoming | Exception | None] = SimpleQueue()
        self._answer: Incoming | Exception | None = None
        self._closed = threading.Event()
        self._closed_at = 0.0
        self._started = self._sent = time.monotonic()
        self._is_sending = True
        self._verdict: Exception | None = None
        self._left = CozeWebError("visitor_left")
        self._error: CozeWebError | None = self._left
        self.reader = Reader(exchange, request_id, tick_of(settings))

    def start(self) -> None:
        """Begin to ask Coze; returns at once."""
        # threading.Thread would wait for it to have begun.
        _thread.start_new_thread(lambda: self._asked.put(self.reader.ask()), ())

    def stream(self, language: Language, begun: Iterator[bytes] | None = None) -> Iterator[bytes]:
        """Yield the event stream: a comment at once, the answer as it comes (or `begun`, its pieces), how it ended."""
        answer = self.reader.answer
        yield OPEN
        try:
            yield from begun or self.pieces()
            yield b"".join(answer.write(frame.event, frame.data) for frame in answer.terminal(self.reader.logid))
        except CozeWebError as error:
            frame = answer.terminal_error(error, language, self._request_id)
            yield answer.write(frame.event, frame.data)
        finally:
            self.close()

    def pieces(self) -> Iterator[bytes]:
        """Yield the frames as they come, or a heartbeat, until the answer is whole.

        Raises:
            CozeWebError: the answer did not come to its proper end.

        """
        try:
            answer = yield from self._wait()
            for piece in self.reader.frames(answer):
                now = time.monotonic()
                if piece or now - self._sent > self._settings.heartbeat:
                    self._is_sending = True
                    yield piece or HEARTBEAT
                    self._note_sent(since=now)
                if self._verdict is not None:
                    self._obey()
        except _Whole:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the visitor must be told
            self._error = self.reader.failure(error)
            self.reader.exchange.settle(self._error, self.reader.logid)
            raise self._error from None
        finally:
            self._is_sending = True  # nothing is waited for any more
        self._error = None
        self.reader.exchange.settle(None, self.reader.logid)

    def close(self) -> None:
        """Say that the response is over; unless Coze has only its goodbye left to say, it is hung up on at once."""
        if self._closed.is_set():
            return
        self._closed_at = time.monotonic()
        self._closed.set()
        answer = self.reader.answer
        if answer.completed and self._error is self._left:
            self._error = None  # Coze had said all
        if not answer.settled:
            self.reader.stop()
        if answer.settled and getattr(self._answer, "is_read", False):
            self._finish()
        else:
            _thread.start_new_thread(self._finish, ())

    def tick(self, now: float, *, draining: bool) -> None:
        """Look at the clock (`time.monotonic`): a heartbeat, or the end of waiting."""
        if self._closed.is_set():
            if now - self._closed_at > SETTLE:
                self.reader.stop()
            return
        self._verdict = self._judge(now, draining=draining)
        if not self._is_sending and (self._verdict is not None or now - self._sent > self._settings.heartbeat):
            self._wake()

    def _wake(self) -> None:
        if self._answer is None:
            self._asked.put(None)
        else:
            self.reader.nudge()

    def _judge(self, now: float, *, draining: bool) -> Exception | None:
        reader, limits = self.reader, self._settings
        # What a slow visitor takes is no silence of Coze's.
        silence = 0.0 if self._is_sending else now - reader.heard
        if reader.answer.completed:
            return _Whole() if silence > SETTLE else None
        if draining:
            # Without `retry_after`, since Coze was asked: nobody is to repeat the question unasked.
            return BusyError("server_restarting")
        if now - self._started > limits.total_timeout:
            return BrokenStreamError("upstream_too_long", logid=reader.logid)
        if now - (reader.connecting_since or now) > limits.connect_timeout + GRACE:
            return UnreachableError()
        if silence > limits.timeout:
            return UpstreamError("upstream_timeout", logid=reader.logid)
        return None

    def _obey(self) -> None:
        verdict, self._verdict = self._verdict, None
        # The answer may have come to its end since the clock looked.
        if isinstance(verdict, _Whole) or (verdict is not None and not self.reader.answer.completed):
            raise verdict

    def _note_sent(self, since: float) -> None:
        self._sent = time.monotonic()
        self.reader.heard += self._sent - since
        self._is_sending = False

    def _wait(self) -> Generator[bytes, None, Incoming]:
        """Wait for what Coze answers, with heartbeats, and return it."""
        self._note_sent(since=self._started)
        while (answer := self._asked.get()) is None:
            if self._asked.empty():
                self._obey()
                self._is_sending, now = True, time.monotonic()
                yield HEARTBEAT
                self._note_sent(since=now)
        self._answer = answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _finish(self) -> None:
        try:
            self.reader.exchange.settle(self._error, self.reader.logid)
            self._let_go()
            self.reader.exchange.cancel()
        except Exception:
            log.exception("letting go failed: request_id=%s", self._request_id)
        finally:
            self._on_end(self)

    def _let_go(self) -> None:
        answer = self._answer
        while answer is None:
            answer = self._asked.get()
        if isinstance(answer, Exception):
            return
        try:
            self.reader.rest()
        except CozeWebError:
            pass  # it was whole, or nobody waits for it any more
        finally:
            answer.close()

    @property
    def ending(self) -> Ending:
        """How it ended; known once it is over."""
        reader, spoke = self.reader, self.reader.spoke
        return Ending(
            kind=reader.exchange.kind,
            outcome=self._error.code if self._error else DONE,
            request_id=self._request_id,
            name=reader.answer.name,
            logid=reader.logid,
            seconds=self._closed_at - self._started,
            first_token=None if spoke is None else spoke - self._started,
            events=reader.events,
            usage=reader.answer.usage,
        )
