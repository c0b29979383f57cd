"""Conversations and messages."""

from __future__ import annotations

from coze_web.resources.base import Page, Resource, Single


class Conversation(Resource):
    id: str
    name: str | None = None
    meta_data: dict[str, str]
    last_section_id: str
    created_at: int
    updated_at: int | None = None


class OneConversation(Conversation, Single):
    """A conversation that was asked for alone."""


class Section(Single):
    id: str
    conversation_id: str


class Message(Resource):
    id: str
    role: str
    type: str
    content: str
    content_type: str
    meta_data: dict[str, str] | None = None
    conversation_id: str | None = None
    chat_id: str | None = None
    section_id: str | None = None
    bot_id: str | None = None
    created_at: int | None = None
    updated_at: int | None = None
    reasoning_content: str | None = None


class OneMessage(Message, Single):
    """A message that was asked for alone."""


class MessagePage(Page[Message]):
    """Coze pages messages by id: the next page is `after_id=<last_id>`, and `page_num` is None."""

    first_id: str
    last_id: str
