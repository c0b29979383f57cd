"""What a bot is asked, and for whom."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Said(NamedTuple):
    """One message of a chat, as text."""

    role: Literal["user", "assistant"]
    text: str


class Prompt(NamedTuple):
    """One question to a bot.

    Attributes:
        messages: what was said, oldest first; the last is the question.
        user_id: whom Coze takes the visitor for: bots remember by it (Coze chat v3 API, `user_id`).
        session_name: what Coze keeps the visitor's data apart by, with JWT OAuth; "" for the owner's own.

    """

    bot_id: str
    messages: tuple[Said, ...]
    user_id: str
    session_name: str = ""
