"""The conversations of one emulator."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from coze_web.emulator.conversation import Conversation
from coze_web.emulator.refusals import Refusal

if TYPE_CHECKING:
    from coze_web.emulator.chats import Chat
    from coze_web.emulator.question import Question


class Conversations:
    """All conversations, oldest first; a chat is opened behind a lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._conversations: dict[str, Conversation] = {}

    def add(self, conversation: Conversation) -> None:
        """Keep a new conversation."""
        self._conversations[conversation.id] = conversation

    def find(self, conversation_id: str) -> Conversation:
        """Return a conversation; refuse 4002 where there is none."""
        try:
            return self._conversations[conversation_id]
        except KeyError:
            raise Refusal(4002) from None

    def of(self, bot_id: str, connector_id: str) -> list[Conversation]:
        """Return those that were opened with this bot in this channel, oldest first."""
        wanted = (bot_id, connector_id)
        return [found for found in self._conversations.values() if (found.bot_id, found.connector_id) == wanted]

    def delete(self, conversation_id: str) -> None:
        """Forget a conversation with all that was said in it; refuse 4002 where there is none."""
        self.find(conversation_id)
        del self._conversations[conversation_id]

    def open(self, question: Question, now: float) -> Chat:
        """Start a chat in its conversation or in a new one; refuse 4002 (no such conversation) or 4016 (busy)."""
        with self._lock:
            if question.conversation_id:
                return self.find(question.conversation_id).open(question, now)
            conversation = Conversation(question.bot_id, now, now)
            self.add(conversation)
            return conversation.open(question, now)

    def saved_chat(self, conversation_id: str, chat_id: str) -> Chat:
        """Return a chat of which the history was kept; without auto_save_history it cannot be looked up."""
        chat = self.find(conversation_id).chat(chat_id)
        if not chat.question.saved:
            # Unverified: the code. Only that such a chat cannot be retrieved is documented.
            raise Refusal(4001)
        return chat

    def cancel(self, chat: Chat, now: float) -> None:
        """Flip the status and nothing else; refuse 4104 unless the chat is running."""
        with self._lock:
            if chat.status(now) != "in_progress":
                raise Refusal(4104)
            chat.cancelled = True
