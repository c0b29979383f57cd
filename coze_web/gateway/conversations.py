"""Conversations and their messages. Source: Coze API reference, conversations and messages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import cozepy

from coze_web.gateway.pages import page_of, single, unique
from coze_web.resources import Conversation, Message, MessagePage, OneConversation, OneMessage, Page, Section

if TYPE_CHECKING:
    from coze_web.gateway.sdk import Door
    from coze_web.inputs import MessageQuery, NewConversation, NewMessage


class Conversations:
    """`/v1/conversations` and `/v1/conversation/…`."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._coze = door.patient.conversations

    def list(self, bot_id: str, page_num: int, page_size: int) -> Page[Conversation]:
        """Return the conversations that were created with this bot, the newest first."""
        ask = partial(self._coze.list, bot_id=bot_id, page_num=page_num, page_size=page_size)
        return self._door.ask(lambda: page_of(Conversation, ask(), counted=False))

    def create(self, new: NewConversation) -> OneConversation:
        """Open a conversation; only one that names its bot is listed."""
        messages = [_message(message) for message in new.messages] or None
        ask = partial(self._coze.create, messages=messages, bot_id=new.bot_id, name=new.name, meta_data=new.meta_data)
        return self._door.ask(lambda: single(OneConversation, ask()))

    def retrieve(self, conversation_id: str) -> OneConversation:
        """Return one conversation."""
        ask = partial(self._coze.retrieve, conversation_id=conversation_id)
        return self._door.ask(lambda: single(OneConversation, ask()))

    def rename(self, conversation_id: str, name: str) -> OneConversation:
        """Give a conversation another name."""
        ask = partial(self._coze.update, conversation_id=conversation_id, name=name)
        return self._door.ask(lambda: single(OneConversation, ask()))

    def delete(self, conversation_id: str) -> str:
        """Delete a conversation and its messages for good; returns the log id."""
        return self._door.ask(lambda: self._coze.delete(conversation_id=conversation_id).response.logid)

    def clear(self, conversation_id: str) -> Section:
        """Begin a new section: the bot forgets what was said, and the messages stay listed."""
        ask = partial(self._coze.clear, conversation_id=conversation_id)
        return self._door.ask(lambda: single(Section, ask()))

    def messages(self, conversation_id: str, wanted: MessageQuery) -> MessagePage:
        """Return one page of messages; Coze pages them by the id of the last one."""
        ask = partial(
            self._coze.messages.list,
            conversation_id=conversation_id,
            order=wanted.order,
            chat_id=wanted.chat_id,
            before_id=wanted.before_id,
            after_id=wanted.after_id,
            limit=wanted.page_size,
        )
        return self._door.ask(lambda: _message_page(ask(), wanted.page_size))

    def add_message(self, conversation_id: str, new: NewMessage) -> OneMessage:
        """Put a message into a conversation without asking the bot anything."""
        ask = partial(
            self._coze.messages.create,
            conversation_id=conversation_id,
            role=cozepy.MessageRole(new.role),
            content=new.content,
            content_type=cozepy.MessageContentType(new.content_type),
            meta_data=new.meta_data,
        )
        return self._door.ask(lambda: single(OneMessage, ask()))


def _message(new: NewMessage) -> cozepy.Message:
    return cozepy.Message(
        role=cozepy.MessageRole(new.role),
        type=cozepy.MessageType.QUESTION if new.role == "user" else cozepy.MessageType.ANSWER,
        content=new.content,
        content_type=cozepy.MessageContentType(new.content_type),
        meta_data=new.meta_data,
    )


def _message_page(paged: cozepy.LastIDPaged[cozepy.Message], page_size: int) -> MessagePage:
    items = unique(Message.model_validate(item) for item in paged.items)
    return MessagePage(
        items=items,
        page_num=None,
        page_size=page_size,
        has_more=paged.has_more and bool(items),
        total=None,
        first_id=paged.first_id or "",
        last_id=paged.last_id or "",
        logid=paged.response.logid,
    )
