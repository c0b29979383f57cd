"""The objects of the Coze chat v3 API: chats and messages. Time moves a chat; nothing runs in the background."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coze_web.emulator.wire import dumps, new_id

if TYPE_CHECKING:
    from coze_web.emulator.question import Question

ANSWER_FINISHED = dumps(
    {
        "msg_type": "generate_answer_finish",
        "data": dumps({"finish_reason": 0, "FinData": ""}),
        "from_module": None,
        "from_unit": None,
    }
)
NO_ERROR = {"code": 0, "msg": ""}
NO_USAGE = {"token_count": 0, "output_count": 0, "input_count": 0}


@dataclass
class Chat:
    """One question and its answer: running until `due` (Unix seconds), then completed, or failed if it has an error."""

    question: Question
    conversation_id: str
    section_id: str
    created_at: float
    messages: list[Message]
    usage: dict[str, int]
    error: dict[str, Any] | None
    id: str = field(default_factory=new_id)
    due: float = math.inf
    cancelled: bool = False

    def status(self, now: float) -> str:
        """Return the status as Coze spells it ("canceled" with one l)."""
        if self.cancelled:
            return "canceled"
        if now < self.due:
            return "in_progress"
        return "failed" if self.error else "completed"

    def view(self, status: str, at: float) -> dict[str, Any]:
        """Return the Chat object of the Coze chat v3 API, in `status` at the Unix time `at`."""
        ended = int(at) if status in {"completed", "failed"} else 0
        return {
            "id": self.id,
            "conversation_id": self.conversation_id,
            "bot_id": self.question.bot_id,
            "created_at": int(self.created_at),
            "completed_at": ended,
            **({"failed_at": ended, "last_error": self.error} if status == "failed" else {"last_error": NO_ERROR}),
            "meta_data": self.question.meta_data,
            "status": status,
            "usage": self.usage if status == "completed" else NO_USAGE,
            "section_id": self.section_id,
        }

    def view_at(self, now: float) -> dict[str, Any]:
        """Return the Chat object as it stands `now`."""
        return self.view(self.status(now), min(now, self.due))


@dataclass(frozen=True)
class Message:
    """One message of the bot; its id is the same in every delta of it."""

    type: str
    content: str
    reasoning: str = ""
    id: str = field(default_factory=new_id)

    def event(self, chat: Chat, **changes: str) -> dict[str, Any]:
        """Return the Message object of an event; `changes` make a delta of it."""
        return {
            "id": self.id,
            "conversation_id": chat.conversation_id,
            "bot_id": chat.question.bot_id,
            "role": "assistant",
            "type": self.type,
            "content": self.content,
            "content_type": "text",
            "chat_id": chat.id,
            **changes,
        }

    def record(self, chat: Chat) -> dict[str, Any]:
        """Return the Message object that `GET /v3/chat/message/list` shows."""
        at = int(chat.created_at)
        reasoning = {"reasoning_content": self.reasoning} if self.reasoning else {}
        return {
            **self.event(chat, **reasoning),
            "section_id": chat.section_id,
            "meta_data": {},
            "created_at": at,
            "updated_at": at,
        }


def function_call(name: str, arguments: dict[str, str]) -> Message:
    """Return the message by which a bot tells that it uses a tool."""
    call = {
        "name": name,
        "arguments": arguments,
        "plugin_id": 7379462189365197001,
        "plugin_name": "emulator",
        "api_id": 7379462189365197002,
        "api_name": name,
        "plugin_type": 1,
        "thought": "",
    }
    return Message("function_call", dumps(call))
