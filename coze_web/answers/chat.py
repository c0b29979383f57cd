"""A chat. Source: Coze chat v3 API, stream events; the self-hosted Studio's spellings are known too."""

from __future__ import annotations

from typing import Any

from coze_web.answers.base import Answer
from coze_web.answers.facts import RunFacts
from coze_web.errors import BrokenStreamError, RefusedError
from coze_web.ids import safe_id

TEXTS = {"conversation.message.delta", "conversation.message.completed"}
CANCELED = {f"conversation.chat.{word}" for word in ("canceled", "cancelled", "expired")}
ASKING_BACK = {"conversation.chat.requires_action", "conversation.chat.required_action"}


class ChatAnswer(Answer):
    """Follows one chat.

    Attributes:
        chat_id, conversation_id: "" until Coze named them.

    """

    def __init__(self) -> None:
        super().__init__()
        self.chat_id = ""
        self.conversation_id = ""
        self._texts: list[str] = []

    @property
    def name(self) -> str:
        """What the log calls it."""
        return f"chat_id={self.chat_id}"

    @property
    def text(self) -> str:
        """The answer's text; several answer messages are joined by a blank line."""
        return "\n\n".join(self._texts)

    def _must_be_read(self, event: str) -> bool:
        return event.startswith("conversation.")

    def _is_text(self, event: str, data: object) -> bool:
        # A message that did not come in pieces is whole at once.
        if event not in TEXTS or not isinstance(data, dict) or data.get("type") != "answer":
            return False
        return bool(data.get("content") or data.get("reasoning_content"))

    def _note(self, event: str, data: dict[str, Any]) -> None:
        if event.startswith("conversation.chat."):
            self._note_chat(event, data)
        elif event == "conversation.message.completed" and data.get("type") == "answer" and data.get("content"):
            self._texts.append(str(data["content"]))

    def _note_chat(self, event: str, data: dict[str, Any]) -> None:
        self.chat_id = safe_id(data.get("id")) or self.chat_id
        self.conversation_id = safe_id(data.get("conversation_id")) or self.conversation_id
        if event == "conversation.chat.completed":
            self.settled = self.completed = True
            self._note_usage(data.get("usage"))
        elif event == "conversation.chat.failed":
            self.settled = True
            last_error = data.get("last_error")
            raise RefusedError.from_event(last_error if isinstance(last_error, dict) else data)
        elif event in CANCELED:
            self.settled = True
            raise BrokenStreamError("chat_canceled")
        elif event in ASKING_BACK:
            self.settled = True
            self._ask_back()

    def _ask_back(self) -> None:
        # A page cannot run the tool that the bot wants.
        raise BrokenStreamError("requires_action")


class ChatflowAnswer(ChatAnswer):
    """Follows a chat with a chatflow: a run of a workflow that speaks as a chat does, and may ask back.

    Attributes:
        facts: what the run log keeps of it.

    """

    def __init__(self) -> None:
        super().__init__()
        self.facts = RunFacts()

    def farewell(self, logid: str) -> str:
        """Return the data of the terminal `done`."""
        return self.facts.farewell(self.usage, logid, conversation_id=self.conversation_id, chat_id=self.chat_id)

    def _note(self, event: str, data: dict[str, Any]) -> None:
        self.facts.note_debug_url(data.get("debug_url"))
        super()._note(event, data)
        if event == "conversation.message.completed":
            self.facts.output = self.text

    def _ask_back(self) -> None:
        # The next chat in this conversation brings the answer to what a question node asked.
        self.completed = self.facts.interrupted = True
