"""What the frames of one chat mean: which to pass on, and how the chat ended. Pure: frames in, frames or errors out.

Source: Coze chat v3 API, stream events; the self-hosted Studio's spellings are known too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coze_web.catalog import coze_code
from coze_web.errors import BrokenStreamError, RefusedError
from coze_web.ids import safe_id

if TYPE_CHECKING:
    from coze_web.sse import Frame

MAX_ANSWER = 16 * 1024 * 1024  # characters; each few of the text come in an envelope of some 250
END_OF_STREAM = {"done", "conversation.stream.done"}
CANCELED = {"conversation.chat.canceled", "conversation.chat.cancelled"}


class Answer:
    """Follows one chat from its first frame to its last.

    Attributes:
        chat_id, conversation_id: "" until Coze named them.
        settled: Coze has said how the chat ended, so there is nothing left to cancel.
        completed: the answer is whole.
        ended: no frame after this one counts.
        usage: token counts as Coze gave them, None until the end.

    """

    def __init__(self) -> None:
        self.chat_id = ""
        self.conversation_id = ""
        self.settled = False
        self.completed = False
        self.ended = False
        self.usage: dict[str, int] | None = None
        self._texts: list[str] = []
        self._size = 0

    @property
    def text(self) -> str:
        """The answer's text; several answer messages are joined by a blank line, half characters become "?"."""
        return "\n\n".join(self._texts).encode("utf-8", "replace").decode()

    def take(self, frame: Frame) -> Frame | None:
        """Note one frame and return it if the visitor is to have it, unchanged.

        Raises:
            RefusedError: Coze says that the chat failed.
            BrokenStreamError: the frame is malformed, or the answer too large, cut or cancelled.

        """
        if self.ended or frame.event.lower() == "ping":
            return None
        self._grow(frame)
        if frame.event in END_OF_STREAM:
            self.ended = True
            self.finish()
            return None
        try:
            data = json.loads(frame.data)
        except (ValueError, RecursionError):
            if frame.event.startswith("conversation.") or frame.event == "error":
                raise BrokenStreamError("upstream_malformed") from None
            return None  # what we do not know may look as it likes, and is left out
        if isinstance(data, dict):
            self._note(frame.event, data)
        return frame

    def finish(self) -> None:
        """Say that the stream is over.

        Raises:
            BrokenStreamError: it ended before the answer was whole.

        """
        if not self.completed:
            raise BrokenStreamError("upstream_truncated")

    def _grow(self, frame: Frame) -> None:
        self._size += len(frame.data)
        if self._size > MAX_ANSWER:
            raise BrokenStreamError("answer_too_large")

    def _note(self, event: str, data: dict[str, Any]) -> None:
        if event == "error":
            self.settled = True
            raise _refusal(data)
        if event.startswith("conversation.chat."):
            self._note_chat(event, data)
        elif event == "conversation.message.completed" and data.get("type") == "answer":
            self._texts.append(str(data.get("content") or ""))

    def _note_chat(self, event: str, data: dict[str, Any]) -> None:
        self.chat_id = safe_id(data.get("id")) or self.chat_id
        self.conversation_id = safe_id(data.get("conversation_id")) or self.conversation_id
        if event == "conversation.chat.completed":
            self.settled = self.completed = True
            usage = data.get("usage")
            self.usage = usage if isinstance(usage, dict) else None
        elif event == "conversation.chat.failed":
            self.settled = True
            last_error = data.get("last_error")
            raise _refusal(last_error if isinstance(last_error, dict) else data)
        elif event in CANCELED:
            self.settled = True
            raise BrokenStreamError("chat_canceled")
        elif event == "conversation.chat.requires_action":
            self.settled = True
            raise BrokenStreamError("requires_action")


def _refusal(data: dict[str, Any]) -> RefusedError:
    return RefusedError(coze_code(data) or "upstream_error")
