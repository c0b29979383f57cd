"""A bot's conversations, and what was said in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.blueprints.console.base import asked, bp, page
from coze_web.inputs import ConversationsQuery, MessageQuery
from coze_web.services import services

if TYPE_CHECKING:
    from flask import Response


@bp.get("/bots/<bot_id>/conversations")
def conversations(bot_id: str) -> Response:
    """List the conversations that were created with a bot."""
    wanted = asked(ConversationsQuery, bot_id=bot_id)
    found = services().gateway.conversations.list(bot_id, wanted.page_num, wanted.page_size)
    return page("conversations", bot_id=bot_id, found=found)


@bp.get("/bots/<bot_id>/conversations/<conversation_id>")
def conversation(bot_id: str, conversation_id: str) -> Response:
    """Show what was said, the newest first; older messages are on the next pages."""
    gateway = services().gateway.conversations
    found = gateway.messages(conversation_id, asked(MessageQuery, order="desc"))
    about = gateway.retrieve(conversation_id)
    return page("conversation", bot_id=bot_id, conversation=about, found=found)
