"""Chats with a bot. Source: Coze chat v3 API."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import cozepy
import pydantic

from coze_web.gateway.sdk import Door, EventStream
from coze_web.refusals import our_errors

if TYPE_CHECKING:
    from coze_web.call import Call


class Chats:
    """`/v3/chat`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def open(self, bot_id: str, message: str, user_id: str, call: Call) -> EventStream:
        """Ask a bot one question in a conversation of its own; another thread may `call.hang_up()` meanwhile."""
        stream = self._door.streaming.chat.stream
        question = cozepy.Message.build_user_question_text(message)
        return self._door.ask(
            lambda: EventStream(stream(bot_id=bot_id, user_id=user_id, additional_messages=[question])), call
        )

    def cancel(self, conversation_id: str, chat_id: str) -> None:
        """Stop a chat at Coze, where it goes on and costs tokens even when nobody listens."""
        # A no was seen before the SDK reads it; the self-hosted Studio's yes has no `data` for the SDK's model.
        with our_errors(), contextlib.suppress(pydantic.ValidationError):
            self._door.brief.chat.cancel(conversation_id=conversation_id, chat_id=chat_id)
