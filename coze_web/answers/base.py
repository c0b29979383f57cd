"""What all streams have in common."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from coze_web.errors import BrokenStreamError

if TYPE_CHECKING:
    from coze_web.sse import Frame

MAX_ANSWER = 16 * 1024 * 1024  # characters; each few of the text come in an envelope of some 250
UNREADABLE = object()


class Answer(ABC):
    """Follows one stream from its first frame to its last.

    Attributes:
        settled: Coze has said how it ended, so there is nothing left to cancel.
        completed: the answer is whole.
        ended: no frame after this one counts.
        usage: token counts as Coze gave them, None until it did.

    """

    end_of_stream: frozenset[str]

    def __init__(self) -> None:
        self.settled = False
        self.completed = False
        self.ended = False
        self.usage: dict[str, int] | None = None
        self._size = 0

    @property
    @abstractmethod
    def name(self) -> str:
        """What the log calls it: the ids that Coze gave."""

    def take(self, frame: Frame) -> Frame | None:
        """Note one frame and return it if the reader is to have it, unchanged.

        Raises:
            RefusedError: Coze says that it failed.
            BrokenStreamError: the frame is malformed, or the answer too large, cut or cancelled.

        """
        if self.ended or frame.event.lower() == "ping":
            return None
        self._grow(frame)
        is_last = frame.event in self.end_of_stream
        data = _parse(frame.data)
        if isinstance(data, dict):
            self._note(frame.event, data)
        if is_last:
            self.ended = True
            self.finish()
            return None
        if data is not UNREADABLE:
            return frame
        if self._must_be_read(frame.event):
            raise BrokenStreamError("upstream_malformed")
        return None  # what we do not know may look as it likes, and is left out

    def finish(self) -> None:
        """Say that the stream is over.

        Raises:
            BrokenStreamError: it ended before the answer was whole.

        """
        if not self.completed:
            raise BrokenStreamError("upstream_truncated")

    def farewell(self, logid: str) -> str:  # noqa: ARG002 - others tell it
        """Return the data of the terminal `done`."""
        return "[DONE]"

    def _grow(self, frame: Frame) -> None:
        self._size += len(frame.data)
        if self._size > MAX_ANSWER:
            raise BrokenStreamError("answer_too_large")

    @abstractmethod
    def _must_be_read(self, event: str) -> bool: ...

    @abstractmethod
    def _note(self, event: str, data: dict[str, Any]) -> None: ...


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UNREADABLE
