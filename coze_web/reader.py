"""The half of a relay that faces Coze: asks, reads, and cancels what was not read to its end."""

from __future__ import annotations

import logging
import time
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from coze_web.answer import Answer
from coze_web.call import Call
from coze_web.errors import BrokenStreamError, CozeWebError, UpstreamError
from coze_web.sse import Frame, FrameParser, FrameTooLargeError

if TYPE_CHECKING:
    from coze_web.channel import Channel
    from coze_web.gateway import ChatStream, Gateway

MAX_EVENT = 1024 * 1024
ENDED_ALREADY = "4104"

log = logging.getLogger(__name__)


class Question(NamedTuple):
    """What is asked, under which name at Coze, and our id of the request."""

    text: str
    user_id: str
    request_id: str


class Reader:
    """Takes one answer from Coze and puts it into a channel.

    Attributes:
        answer: what is known of it so far.
        logid: Coze's log id, "" until it gave one.
        heard: when the last bytes came (`time.monotonic`).

    """

    def __init__(self, gateway: Gateway, question: Question, channel: Channel) -> None:
        self.answer = Answer()
        self.logid = ""
        self.heard = time.monotonic()
        self._gateway = gateway
        self._question = question
        self._channel = channel
        self._call = Call()

    def run(self) -> None:
        """Read until the end, good or bad, which is the last item put; raises nothing."""
        try:
            with closing(self._gateway.open_chat(self._question.text, self._question.user_id, self._call)) as stream:
                self.logid = stream.logid
                self._pass_on(stream)
        except CozeWebError as error:
            self.logid = error.logid = error.logid or self.logid
            if not self._call.hung_up.is_set():
                log.warning("no whole answer: request_id=%s %s", self._question.request_id, error.describe())
            self._channel.put(error)
        except Exception:
            log.exception("the reader failed: request_id=%s", self._question.request_id)
            self._channel.put(CozeWebError("internal_error"))
        self._cancel_unless_settled()

    def stop(self) -> None:
        """End `run` at once, from another thread, whatever it waits for."""
        self._call.hang_up()

    def _pass_on(self, stream: ChatStream) -> None:
        parser = FrameParser(MAX_EVENT)
        for chunk in stream:
            self.heard = time.monotonic()
            try:
                self._put(parser.feed(chunk))
            except FrameTooLargeError:
                raise BrokenStreamError("event_too_large") from None
            if self.answer.ended:
                # The visitor has all; reading on to the end of the body lets the connection serve the next chat.
                self._channel.put(None)
            self._channel.wait_for_room()
            if self._call.hung_up.is_set():
                # Closing with bytes unread resets the connection, which even a Coze that waits for room notices.
                return
        if not self.answer.ended:
            self._put_unterminated(parser)
            self.answer.finish()
            self._channel.put(None)

    def _put(self, frames: list[Frame]) -> None:
        passed: list[Frame] = []
        try:
            passed.extend(frame for frame in frames if self.answer.take(frame))
        finally:
            if passed:
                self._channel.put(passed)

    def _put_unterminated(self, parser: FrameParser) -> None:
        # Coze's failed streams end without the blank line that would complete their last event (SDK test data).
        try:
            self._put(parser.feed(b"\n\n"))
        except BrokenStreamError as error:
            if error.code != "upstream_malformed":
                raise

    def _cancel_unless_settled(self) -> None:
        # Before Coze has named the chat there is nothing to cancel by; closing the connection is then all we can do.
        answer = self.answer
        if answer.settled or not answer.chat_id:
            return
        try:
            self._gateway.cancel_chat(answer.conversation_id, answer.chat_id)
        except UpstreamError as error:
            if error.code != ENDED_ALREADY:
                log.warning("chat %s could not be cancelled: %s", answer.chat_id, error.describe())
