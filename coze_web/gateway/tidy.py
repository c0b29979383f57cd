"""Event streams as the SDK's own reader can read them, and a broken one as an error. Pure.

cozepy takes the lines of a chat two by two and those of a run three by three: a comment, an `id:` or a lone event ends
it, U+2028 splits a line for it, `event: error` is a bare exception with Coze's text, and a cut stream a good end.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from coze_web.answers.base import END_OF_STREAM
from coze_web.errors import BrokenStreamError, RefusedError
from coze_web.sse import FrameParser, FrameTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.sse import Frame

MAX_EVENT = 1024 * 1024
LINE_ENDS = str.maketrans({"\n": " ", "\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})
KNOWN = {"Message", "Interrupt", "Error"}
SETTLED = {
    "conversation.chat.completed",
    "conversation.chat.failed",
    "conversation.chat.canceled",
    "conversation.chat.cancelled",
    "conversation.chat.requires_action",
    "Interrupt",
    "Error",
}


class Tidy:
    """Rewrites one stream.

    Args:
        with_ids: whether the SDK expects an `id:` line, as it does for runs of workflows.

    Attributes:
        ended: nothing that follows counts.

    """

    def __init__(self, *, with_ids: bool) -> None:
        self.ended = False
        self._with_ids = with_ids
        self._settled = False
        self._count = 0
        self._parser = FrameParser(MAX_EVENT)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take the next bytes and give the events that they complete, rewritten.

        Raises:
            RefusedError: Coze says in the stream that it failed.
            BrokenStreamError: an event is malformed, or larger than a million characters.

        """
        try:
            frames = self._parser.feed(chunk)
        except FrameTooLargeError:
            raise BrokenStreamError("event_too_large") from None
        for frame in frames:
            if not self.ended and frame.event.lower() != "ping":
                yield from self._write(frame)

    def finish(self) -> Iterator[bytes]:
        """Say that no more bytes come, and give what was left.

        Raises:
            BrokenStreamError: Coze has not said how the answer ended.

        """
        # Coze's failed streams end without the blank line that would complete their last event (SDK test data).
        try:
            yield from self.feed(b"\n\n")
        except BrokenStreamError:
            raise BrokenStreamError("upstream_truncated") from None
        if not self._settled:
            raise BrokenStreamError("upstream_truncated")

    def _write(self, frame: Frame) -> Iterator[bytes]:
        data = _object(frame.data)
        if frame.event == "error":
            raise RefusedError.from_event(data or {})
        self.ended = frame.event.lower() in END_OF_STREAM
        if data is None and not self.ended:
            if frame.event.startswith("conversation.") or frame.event in KNOWN:
                raise BrokenStreamError("upstream_malformed")
            return  # what nobody knows may look as it likes, and is left out
        self._settled = self._settled or self.ended or frame.event in SETTLED
        number = f"id: {self._count}\n" if self._with_ids else ""
        self._count += 1
        yield f"{number}event: {frame.event}\ndata: {frame.data.translate(LINE_ENDS)}\n\n".encode()


def _object(text: str) -> dict[str, object] | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None
