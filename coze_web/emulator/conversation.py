"""One conversation: its messages, and the chats that are held in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coze_web.emulator.chats import Chat
from coze_web.emulator.messages import Entry, Message
from coze_web.emulator.owner import API_CONNECTOR, USER
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.wire import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coze_web.emulator.question import Question
    from coze_web.emulator.runs import Run

UNFINISHED = {"in_progress", "requires_action"}


@dataclass(eq=False)
class Conversation:
    """A conversation; `waiting` is the run of a workflow that asked here and has no answer yet."""

    bot_id: str
    created_at: float
    updated_at: float
    name: str = ""
    connector_id: str = API_CONNECTOR
    meta_data: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=new_id)
    section_id: str = field(default_factory=new_id)
    chats: dict[str, Chat] = field(default_factory=dict)
    waiting: Run | None = None
    _entries: list[Entry] = field(default_factory=list)
    _unsettled: list[Chat] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        """Return the Conversation object, with every field that cozepy wants."""
        return {
            "id": self.id,
            "name": self.name,
            "meta_data": self.meta_data,
            "created_at": int(self.created_at),
            "updated_at": int(self.updated_at),
            "creator_id": USER["user_id"],
            "connector_id": self.connector_id,
            "last_section_id": self.section_id,
        }

    def add(self, messages: Iterable[Message], now: float, chat: Chat | None = None) -> None:
        """Keep messages, in this order."""
        self._settle(now)
        self._entries += [Entry(message, self.id, self.section_id, now, now, chat) for message in messages]

    def entries(self, now: float) -> list[Entry]:
        """Return all messages that are kept, oldest first."""
        self._settle(now)
        return list(self._entries)

    def entry(self, message_id: str, now: float) -> Entry:
        """Return one message; refuse 4005 where there is none."""
        found = next((entry for entry in self.entries(now) if entry.id == message_id), None)
        if found is None:
            raise Refusal(4005)
        return found

    def remove(self, entry: Entry) -> None:
        """Forget a message; with an answer go the steps that led to it."""
        self._entries.remove(entry)
        if entry.chat and entry.message in entry.chat.messages:
            entry.chat.messages = [message for message in entry.chat.messages if message.type == "follow_up"]

    def busy(self, now: float) -> bool:
        """Tell whether a chat runs here: Coze takes one at a time."""
        return any(chat.status(now) == "in_progress" for chat in self.chats.values())

    def open(self, question: Question, now: float) -> Chat:
        """Start a chat; refuse 4016 where one is running."""
        if self.busy(now):
            raise Refusal(4016)
        chat = Chat(question, self.id, self.section_id, now)
        if question.saved:
            # Unverified: that all messages of the request are kept, and not its last one alone.
            self.add(question.messages, now, chat)
            self._unsettled.append(chat)
        self.chats[chat.id] = chat
        return chat

    def chat(self, chat_id: str) -> Chat:
        """Return a chat; refuse 4001 where there is none."""
        if chat_id not in self.chats:
            raise Refusal(4001)
        return self.chats[chat_id]

    def _settle(self, now: float) -> None:
        """Keep the answers of the chats that were completed in the meantime."""
        for chat in self._unsettled:
            if chat.status(now) == "completed":
                self._entries += [entry for entry in chat.entries() if entry.message.type == "answer"]
        self._unsettled = [chat for chat in self._unsettled if chat.status(now) in UNFINISHED]
