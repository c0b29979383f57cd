"""The conversations and chats of one emulator."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coze_web.emulator.objects import Chat
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.wire import new_id

if TYPE_CHECKING:
    from coze_web.emulator.bot import Script
    from coze_web.emulator.clock import Clock
    from coze_web.emulator.question import Question


@dataclass
class Conversation:
    """A conversation and the chat that was opened last in it."""

    id: str = field(default_factory=new_id)
    section_id: str = field(default_factory=new_id)
    last_chat: Chat | None = None

    def busy(self, now: float) -> bool:
        """Tell whether a chat runs here: Coze takes one at a time."""
        return self.last_chat is not None and self.last_chat.status(now) == "in_progress"


class Store:
    """All conversations and chats of one emulator, behind one lock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._conversations: dict[str, Conversation] = {}
        self._chats: dict[str, Chat] = {}
        self._refused: Counter[str] = Counter()

    def open(self, question: Question, script: Script) -> Chat:
        """Start a chat in its conversation or in a new one; refuse 4002 (no such conversation) or 4016 (busy)."""
        with self._lock:
            conversation = self._conversation(question.conversation_id) if question.conversation_id else Conversation()
            now = self._clock.time()
            if conversation.busy(now):
                raise Refusal(4016)
            chat = Chat(
                question=question,
                conversation_id=conversation.id,
                section_id=conversation.section_id,
                created_at=now,
                messages=script.messages(),
                usage=script.usage(question.text),
                error=script.error(),
            )
            conversation.last_chat = chat
            self._conversations[conversation.id] = conversation
            self._chats[chat.id] = chat
            return chat

    def finish(self, chat: Chat) -> None:
        """End a chat whose stream was played to its end: that may be a rounding error ahead of its due time."""
        chat.due = min(chat.due, self._clock.time())

    def chat(self, conversation_id: str, chat_id: str) -> Chat:
        """Return a chat; refuse 4002 or 4001 where the conversation does not exist or has no such chat."""
        self._conversation(conversation_id)
        chat = self._chats.get(chat_id)
        if chat is None or chat.conversation_id != conversation_id:
            raise Refusal(4001)
        return chat

    def saved_chat(self, conversation_id: str, chat_id: str) -> Chat:
        """Return a chat of which the history was kept; without auto_save_history it cannot be looked up."""
        chat = self.chat(conversation_id, chat_id)
        if not chat.question.saved:
            # Unverified: the code. Only that such a chat cannot be retrieved is documented.
            raise Refusal(4001)
        return chat

    def cancel(self, chat: Chat) -> None:
        """Flip the status and nothing else; refuse 4104 unless the chat is running."""
        with self._lock:
            if chat.status(self._clock.time()) != "in_progress":
                raise Refusal(4104)
            chat.cancelled = True

    def refuse_again(self, question: str, times: int | None) -> bool:
        """Tell whether to refuse this very question: `times` in a row, then one answer; None means always."""
        with self._lock:
            if times is None:
                return True
            self._refused[question] = (self._refused[question] + 1) % (times + 1)
            return self._refused[question] != 0

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._conversations.clear()
            self._chats.clear()
            self._refused.clear()

    def _conversation(self, conversation_id: str) -> Conversation:
        try:
            return self._conversations[conversation_id]
        except KeyError:
            raise Refusal(4002) from None
