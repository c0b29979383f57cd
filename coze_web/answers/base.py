"""What all streams have in common."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from coze_web.errors import BrokenStreamError, RefusedError
from coze_web.sse import Frame, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from coze_web.catalog import Language
    from coze_web.errors import CozeWebError

MAX_ANSWER = 16 * 1024 * 1024  # characters; each few of the text come in an envelope of some 250
END_OF_STREAM = {"done", "conversation.stream.done"}
TELLING_NOTHING = {"conversation.message.delta"}  # the most frequent: its text comes once more when it is whole
COUNTS = ("token_count", "output_count", "input_count")
LARGEST_COUNT = 2**63  # what a database takes
UNREADABLE = object()


class Answer(ABC):
    """Follows one stream from its first frame to its last.

    Attributes:
        settled: Coze has said how it ended, so there is nothing left to cancel.
        completed: the answer is whole.
        ended: no frame after this one counts.
        spoke: some of its text has come.
        usage: token counts as Coze gave them, None until it did.
        write: makes bytes of the name and the data of a frame for the reader.

    """

    write: Callable[[str, str], bytes] = staticmethod(encode)

    def __init__(self) -> None:
        self.settled = False
        self.completed = False
        self.ended = False
        self.spoke = False
        self.usage: dict[str, int] | None = None
        self._size = 0

    @property
    @abstractmethod
    def name(self) -> str:
        """What the log calls it: the ids that Coze gave."""

    def take(self, frame: Frame) -> Frame | None:
        """Note one frame and return what the reader is to have of it: the frame itself, unless the kind says otherwise.

        Raises:
            RefusedError: Coze says that it failed.
            BrokenStreamError: the frame is malformed, or the answer too large, cut or cancelled.

        """
        if self.ended:
            return None
        self._size += len(frame.data)
        if self._size > MAX_ANSWER:
            raise BrokenStreamError("answer_too_large")
        name = frame.event.lower()
        if name == "ping":
            return None
        try:
            data = from_json(frame.data, cache_strings="keys")
        except ValueError:
            data = _parse_leniently(frame.data)
        self.spoke = self.spoke or self._is_text(frame.event, data)
        if name in TELLING_NOTHING and data is not UNREADABLE:
            return frame
        known = data if isinstance(data, dict) else {}
        if name == "error":
            self.settled = True
            raise RefusedError.from_event(known)
        self._note(frame.event, known)
        if name in END_OF_STREAM:
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

    def terminal(self, logid: str) -> list[Frame]:
        """Return the frames that tell the reader that the answer is whole."""
        return [Frame("done", self.farewell(logid))]

    def terminal_error(self, error: CozeWebError, language: Language, request_id: str) -> Frame:
        """Return the frame that tells the reader that it is not."""
        return Frame("error", json.dumps(error.body(language, request_id)))

    def farewell(self, logid: str) -> str:  # noqa: ARG002 - others tell it
        """Return the data of the terminal `done`."""
        return "[DONE]"

    def _note_usage(self, usage: object) -> None:
        if isinstance(usage, dict):
            self.usage = {name: usage[name] for name in COUNTS if _is_count(usage.get(name))}

    def _must_be_read(self, event: str) -> bool:  # noqa: ARG002 - each kind of stream knows its own
        return False

    def _is_text(self, event: str, data: object) -> bool:  # noqa: ARG002 - as above
        return False

    def _note(self, event: str, data: dict[str, Any]) -> None:  # noqa: B027 - a result that is whole has no events
        """Learn from one event what this kind of stream tells."""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST_COUNT


def _parse_leniently(text: str) -> object:
    """Read what is JSON to Python, though not to the quicker parser: half of a surrogate pair."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UNREADABLE
