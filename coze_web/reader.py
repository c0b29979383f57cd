"""The half of a relay that faces Coze: asks, reads, and cancels what was not read to its end."""

from __future__ import annotations

import logging
import time
from contextlib import closing
from typing import TYPE_CHECKING

from coze_web.call import Call
from coze_web.errors import BrokenStreamError, CozeWebError
from coze_web.sse import FrameParser, FrameTooLargeError, encode

if TYPE_CHECKING:
    from coze_web.channel import Channel
    from coze_web.exchange import Exchange, Incoming
    from coze_web.sse import Frame

MAX_EVENT = 1024 * 1024

log = logging.getLogger(__name__)


class Reader:
    """Takes one answer from Coze and puts it into a channel.

    Attributes:
        exchange, answer: what is asked, and what is known of the answer so far.
        logid: Coze's log id, "" until it gave one.
        heard: when the last bytes came (`time.monotonic`).

    """

    def __init__(self, exchange: Exchange, request_id: str, channel: Channel) -> None:
        self.exchange = exchange
        self.answer = exchange.answer
        self.logid = ""
        self.heard = time.monotonic()
        self._request_id = request_id
        self._channel = channel
        self._call = Call()

    def ask(self) -> Incoming | None:
        """Ask Coze; where that fails, the failure is the last item put, and there is nothing to read."""
        try:
            stream = self.exchange.open(self._call)
        except Exception as error:  # noqa: BLE001 - whatever it is, who waits must be told
            self._fail(error)
            return None
        self.logid = stream.logid
        return stream

    def read(self, stream: Incoming | None) -> None:
        """Read to the end, good or bad, which is the last item put, and cancel what did not come to it."""
        if stream is not None:
            try:
                with closing(stream):
                    self._pass_on(stream)
            except Exception as error:  # noqa: BLE001
                self._fail(error)
        self.exchange.cancel()

    def stop(self) -> None:
        """End `run` at once, from another thread, whatever it waits for."""
        self._call.hang_up()

    def _pass_on(self, stream: Incoming) -> None:
        parser = FrameParser(MAX_EVENT)
        for chunk in stream:
            self.heard = time.monotonic()
            try:
                self._put(parser.feed(chunk))
            except FrameTooLargeError:
                raise BrokenStreamError("event_too_large") from None
            if self.answer.ended:
                # The visitor has all; reading on to the end of the body lets the connection serve the next call.
                self._say_that_it_is_whole()
            if self._call.hung_up.is_set():
                # Closing with bytes unread resets the connection, which even a Coze that waits for room notices.
                return
        if not self.answer.ended:
            self._put_unterminated(parser)
            self.answer.finish()
        self._say_that_it_is_whole()

    def _say_that_it_is_whole(self) -> None:
        self.exchange.settle(None, self.logid)
        self._channel.put(None)

    def _put(self, frames: list[Frame]) -> None:
        passed: list[bytes] = []
        try:
            for frame in frames:
                if self.answer.take(frame):
                    passed.append(encode(frame.event, frame.data))  # noqa: PERF401 - what came before a refusal counts
        finally:
            if passed:
                self._channel.write(b"".join(passed))

    def _put_unterminated(self, parser: FrameParser) -> None:
        # Coze's failed streams end without the blank line that would complete their last event (SDK test data).
        try:
            self._put(parser.feed(b"\n\n"))
        except BrokenStreamError as error:
            if error.code != "upstream_malformed":
                raise

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CozeWebError):
            log.error("the reader failed: request_id=%s", self._request_id, exc_info=error)
            self._channel.put(CozeWebError("internal_error"))
            return
        self.logid = error.logid = error.logid or self.logid
        if not self._call.hung_up.is_set():
            log.warning("no whole answer: request_id=%s %s", self._request_id, error.describe())
            self.exchange.settle(error, self.logid)
        self._channel.put(error)
