"""The half of a relay that faces Coze: asks, and reads the answer."""

from __future__ import annotations

import logging
import time
import traceback
from typing import TYPE_CHECKING

from coze_web.call import Call
from coze_web.errors import BrokenStreamError, BusyError, CozeWebError
from coze_web.sse import FrameParser, FrameTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.exchange import Exchange, Incoming

MAX_EVENT = 1024 * 1024

log = logging.getLogger(__name__)


class Reader:
    """Takes one answer from Coze.

    Args:
        look_up: seconds without bytes after which reading looks up where it cannot be nudged.

    Attributes:
        exchange, answer: what is asked, and what is known of the answer so far.
        logid: Coze's log id, "" until it gave one.
        events: how many frames were passed on.
        spoke: when the first text came (`time.monotonic`), None until it did.
        heard: when the last bytes came (`time.monotonic`), or since when they are waited for.

    """

    def __init__(self, exchange: Exchange, request_id: str, look_up: float) -> None:
        self.exchange = exchange
        self.answer = exchange.answer
        self.logid = ""
        self.events = 0
        self.spoke: float | None = None
        self.heard = time.monotonic()
        self._request_id = request_id
        self._call = Call(look_up)
        self._arriving: Iterator[bytes] = iter(())

    def ask(self) -> Incoming | Exception:
        """Ask Coze, which may take long, and return the answer that is to be read, or why there is none."""
        try:
            stream = self.exchange.open(self._call)
        except Exception as error:  # noqa: BLE001 - whatever it is, who waits must be told
            return error
        self.logid = stream.logid
        return stream

    def frames(self, stream: Incoming) -> Iterator[bytes]:
        """Yield what comes of the answer, encoded, until it is whole; b"" when nothing came to be passed on.

        Raises:
            CozeWebError: it did not come to its proper end.

        """
        parser = FrameParser(MAX_EVENT)
        self._arriving = iter(stream)
        for chunk in self._arriving:
            if chunk:
                self.heard = time.monotonic()
            piece, refusal = self._take(parser, chunk)
            yield piece
            if refusal is not None:
                raise refusal
            if self.answer.ended:
                return
        # Coze's failed streams end without the blank line that would complete their last event (SDK test data).
        piece, refusal = self._take(parser, b"\n\n")
        yield piece
        if refusal is not None and refusal.code != "upstream_malformed":
            raise refusal
        self.answer.finish()

    def rest(self) -> None:
        """Read what Coze still sends after the answer is whole, so that the connection can serve the next call."""
        # Closing with bytes unread resets the connection, which even a Coze that waits for room notices.
        while not self._call.hung_up.is_set() and next(self._arriving, None) is not None:
            pass

    @property
    def connecting_since(self) -> float | None:
        """When it began to connect (`time.monotonic`); None while it does not."""
        return self._call.connecting_since

    def nudge(self) -> None:
        """Have `frames` yield b"" soon; from another thread."""
        self._call.nudge()

    def stop(self) -> None:
        """End what waits for Coze at once, whatever it is; from another thread."""
        self._call.hang_up()

    def failure(self, error: Exception) -> CozeWebError:
        """Return what a failure is to a person, and leave a trace of it in the log."""
        if not isinstance(error, CozeWebError):
            # Its own text may quote what it failed at.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("the reader failed: request_id=%s %s\n%s", self._request_id, type(error).__name__, where)
            return CozeWebError("internal_error")
        self.logid = error.logid = error.logid or self.logid
        if not isinstance(error, BusyError):
            log.warning("no whole answer: request_id=%s %s", self._request_id, error.describe())
        return error

    def _take(self, parser: FrameParser, chunk: bytes) -> tuple[bytes, CozeWebError | None]:
        """Return what a chunk brings, encoded, up to what ends the answer badly, and that."""
        passed: list[bytes] = []
        take, write = self.answer.take, self.answer.write
        try:
            for frame in parser.feed(chunk):
                if taken := take(frame):
                    passed.append(write(taken.event, taken.data))
                    if self.spoke is None and self.answer.spoke:
                        self.spoke = self.heard
        except FrameTooLargeError:
            return b"", BrokenStreamError("event_too_large")
        except CozeWebError as error:
            return b"".join(passed), error
        finally:
            self.events += len(passed)
        return b"".join(passed), None
