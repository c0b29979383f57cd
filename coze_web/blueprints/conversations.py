"""`/api/v1/coze/conversations`: conversations and their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.inputs import ConversationsQuery, MessageQuery, NewConversation, NewMessage, Rename
from coze_web.openapi import Described
from coze_web.openapi.codes import ASKS_COZE
from coze_web.operator import operator_blueprint, show
from coze_web.reading import read_body, read_query
from coze_web.resources import Conversation, MessagePage, OneConversation, OneMessage, Page, Section, Single
from coze_web.services import services
from coze_web.web import jsonify

if TYPE_CHECKING:
    from flask import Response

CREATED = 201

bp = operator_blueprint("conversations")


@bp.post("")
@Described(body=NewConversation, gives=OneConversation, status=CREATED, codes=ASKS_COZE)
def create_conversation() -> Response:
    """Open a conversation."""
    return show(services().gateway.conversations.create(read_body(NewConversation)), CREATED)


@bp.get("")
@Described(query=ConversationsQuery, gives=Page[Conversation], codes=ASKS_COZE)
def list_conversations() -> Response:
    """List the conversations that were created with a bot."""
    wanted = read_query(ConversationsQuery)
    return show(services().gateway.conversations.list(wanted.bot_id, wanted.page_num, wanted.page_size))


@bp.get("/<conversation_id>")
@Described(gives=OneConversation, codes=ASKS_COZE)
def retrieve_conversation(conversation_id: str) -> Response:
    """Show one conversation."""
    return show(services().gateway.conversations.retrieve(conversation_id))


@bp.put("/<conversation_id>")
@Described(body=Rename, gives=OneConversation, codes=ASKS_COZE)
def rename_conversation(conversation_id: str) -> Response:
    """Give a conversation another name."""
    return show(services().gateway.conversations.rename(conversation_id, read_body(Rename).name))


@bp.delete("/<conversation_id>")
@Described(gives=Single, codes=ASKS_COZE)
def delete_conversation(conversation_id: str) -> Response:
    """Delete a conversation and its messages for good."""
    return jsonify(logid=services().gateway.conversations.delete(conversation_id))


@bp.post("/<conversation_id>/clear")
@Described(gives=Section, codes=ASKS_COZE)
def clear_conversation(conversation_id: str) -> Response:
    """Let the bot forget what was said; the messages stay."""
    return show(services().gateway.conversations.clear(conversation_id))


@bp.get("/<conversation_id>/messages")
@Described(query=MessageQuery, gives=MessagePage, codes=ASKS_COZE)
def list_messages(conversation_id: str) -> Response:
    """List what was said."""
    return show(services().gateway.conversations.messages(conversation_id, read_query(MessageQuery)))


@bp.post("/<conversation_id>/messages")
@Described(body=NewMessage, gives=OneMessage, status=CREATED, codes=ASKS_COZE)
def add_message(conversation_id: str) -> Response:
    """Put a message into a conversation without asking the bot anything."""
    return show(services().gateway.conversations.add_message(conversation_id, read_body(NewMessage)), CREATED)
