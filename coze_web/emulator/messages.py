"""Messages: as a chat streams them, and as a conversation keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from coze_web.emulator.wire import as_text, new_id


class Occasion(Protocol):
    """The chat in which a message is said."""

    id: str
    conversation_id: str
    messages: list[Message]

    @property
    def bot_id(self) -> str: ...


@dataclass
class Message:
    """One message; its id is the same in every delta of it."""

    type: str
    content: str
    reasoning: str = ""
    role: str = "assistant"
    content_type: str = "text"
    meta_data: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=new_id)

    def event(self, chat: Occasion, **changes: str) -> dict[str, Any]:
        """Return the Message object of an event; `changes` make a delta of it."""
        return {
            "id": self.id,
            "conversation_id": chat.conversation_id,
            "bot_id": chat.bot_id,
            "role": self.role,
            "type": self.type,
            "content": self.content,
            "content_type": self.content_type,
            "chat_id": chat.id,
            **changes,
        }


@dataclass(eq=False)
class Entry:
    """A message with its place in a conversation; `chat` is None where it was not said in a chat."""

    noun = "message"

    message: Message
    conversation_id: str
    section_id: str
    created_at: float
    updated_at: float
    chat: Occasion | None = None

    @property
    def id(self) -> str:
        """Return the message's id."""
        return self.message.id

    def ids(self) -> dict[str, str]:
        """Return by which ids the journal knows this message."""
        return {"message_id": self.id, "conversation_id": self.conversation_id}

    def view(self) -> dict[str, Any]:
        """Return the Message object of the Coze conversation API."""
        message = self.message
        reasoning = {"reasoning_content": message.reasoning} if message.reasoning else {}
        return {
            "id": self.id,
            "conversation_id": self.conversation_id,
            "bot_id": self.chat.bot_id if self.chat else "",
            "chat_id": self.chat.id if self.chat else "",
            "section_id": self.section_id,
            "role": message.role,
            # As in the documentation's samples: what was not said in a chat has no type.
            "type": message.type if self.chat else "",
            "content": message.content,
            "content_type": message.content_type,
            "meta_data": message.meta_data,
            "created_at": int(self.created_at),
            "updated_at": int(self.updated_at),
            **reasoning,
        }


def finished(reason: int) -> Message:
    """Return the message that says: no more answers; `reason` 0 means said everything, 1 interrupted."""
    return _verbose("generate_answer_finish", as_text({"finish_reason": reason, "FinData": ""}))


def interrupted() -> Message:
    """Return the message by which a workflow's chat tells that a question waits for its answer."""
    # Unverified: the data; only the msg_type is documented.
    return _verbose("interrupt", "")


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
    return Message("function_call", as_text(call))


def _verbose(kind: str, data: str) -> Message:
    return Message("verbose", as_text({"msg_type": kind, "data": data, "from_module": None, "from_unit": None}))
