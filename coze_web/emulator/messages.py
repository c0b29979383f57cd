"""The messages of an answer, as objects with ids. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coze_web.emulator.wire import dumps, new_id

if TYPE_CHECKING:
    from coze_web.emulator.store import Chat

ANSWER_FINISHED = dumps(
    {
        "msg_type": "generate_answer_finish",
        "data": dumps({"finish_reason": 0, "FinData": ""}),
        "from_module": None,
        "from_unit": None,
    }
)


@dataclass(frozen=True)
class Message:
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
