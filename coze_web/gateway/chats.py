"""Chats with a bot. Source: Coze chat v3 API."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

import cozepy
import pydantic

from coze_web.gateway.oauth import as_session
from coze_web.gateway.streams import EventStream
from coze_web.refusals import our_errors

if TYPE_CHECKING:
    from coze_web.call import Call
    from coze_web.gateway.sdk import Door
    from coze_web.prompt import Prompt, Said


class Chats:
    """`/v3/chat`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def open(self, prompt: Prompt, call: Call) -> EventStream:
        """Ask a bot one question in a conversation of its own; another thread may `call.hang_up()` meanwhile."""
        ask = partial(
            self._door.streaming.chat.stream,
            bot_id=prompt.bot_id,
            user_id=prompt.user_id,
            additional_messages=[_message(said) for said in prompt.messages],
            conversation_id=self._door.begin_conversation(prompt.bot_id, call),
        )
        return self._door.ask(lambda: EventStream(ask()), call, prompt.session_name)

    def cancel(self, conversation_id: str, chat_id: str, session_name: str = "") -> None:
        """Stop a chat at Coze, where it goes on and costs tokens even when nobody listens; in its own session."""
        # A no was seen before the SDK reads it; a yes may have nulls (Coze's own sample) that its model does not take.
        with our_errors(), contextlib.suppress(pydantic.ValidationError), as_session(session_name):
            self._door.brief.chat.cancel(conversation_id=conversation_id, chat_id=chat_id)


def _message(said: Said) -> cozepy.Message:
    if said.role == "assistant":
        return cozepy.Message.build_assistant_answer(said.text)
    return cozepy.Message.build_user_question_text(said.text)
