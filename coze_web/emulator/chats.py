"""The Chat object of the Coze chat v3 API. Time moves a chat; nothing runs in the background."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coze_web.emulator.messages import Entry
from coze_web.emulator.wire import new_id

if TYPE_CHECKING:
    from coze_web.emulator.messages import Message
    from coze_web.emulator.question import Question
    from coze_web.emulator.script import Script

NO_ERROR = {"code": 0, "msg": ""}
NO_USAGE = {"token_count": 0, "output_count": 0, "input_count": 0}


@dataclass(eq=False)
class Chat:
    """One question and its answer: running until `due` (Unix seconds), then over, or waiting for what it `wants`."""

    noun = "chat"

    question: Question
    conversation_id: str
    section_id: str
    created_at: float
    messages: list[Message] = field(default_factory=list)
    usage: dict[str, int] = field(default_factory=NO_USAGE.copy)
    error: dict[str, Any] | None = None
    wants: dict[str, Any] | None = None
    id: str = field(default_factory=new_id)
    due: float = math.inf
    cancelled: bool = False

    @property
    def bot_id(self) -> str:
        """Return the bot that was asked."""
        return self.question.bot_id

    def say(self, script: Script) -> list[Message]:
        """Take up a script: the first one, or the one by which the chat goes on after it has waited.

        Returns the messages that come of it.
        """
        said = script.messages()
        self.messages = [*self.messages, *said]
        self.usage = script.usage(self.question.text)
        self.error = script.fault.error
        self.wants = script.wants()
        self.due = math.inf
        return said

    def ids(self) -> dict[str, str]:
        """Return by which ids the journal knows this chat."""
        return {"chat_id": self.id, "conversation_id": self.conversation_id, "user_id": self.question.user_id}

    def finish(self, now: float) -> None:
        """End the chat: its stream was played to the end, perhaps a rounding error ahead of its due time."""
        self.due = min(self.due, now)

    def status(self, now: float) -> str:
        """Return the status as Coze spells it ("canceled" with one l)."""
        if self.cancelled:
            return "canceled"
        if now < self.due:
            return "in_progress"
        if self.error:
            return "failed"
        return "requires_action" if self.wants else "completed"

    def entries(self) -> list[Entry]:
        """Return what the bot said, each message with its place."""
        place = (self.conversation_id, self.section_id, self.due, self.due, self)
        return [Entry(message, *place) for message in self.messages]

    def view(self, status: str, at: float) -> dict[str, Any]:
        """Return the Chat object of the Coze chat v3 API, in `status` at the Unix time `at`."""
        ended = int(at) if status in {"completed", "failed"} else 0
        action = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": [self.wants]}}
        return {
            "id": self.id,
            "conversation_id": self.conversation_id,
            "bot_id": self.bot_id,
            "created_at": int(self.created_at),
            "completed_at": ended,
            **({"failed_at": ended, "last_error": self.error} if status == "failed" else {"last_error": NO_ERROR}),
            **({"required_action": action} if status == "requires_action" else {}),
            "meta_data": self.question.meta_data,
            "status": status,
            "usage": self.usage if status == "completed" else NO_USAGE,
            "section_id": self.section_id,
        }

    def view_at(self, now: float) -> dict[str, Any]:
        """Return the Chat object as it stands `now`."""
        return self.view(self.status(now), min(now, self.due))
