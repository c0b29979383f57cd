"""The conversations: `/v1/conversations*` and `/v1/conversation/*`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from coze_web.emulator.access import require_token
from coze_web.emulator.conversation import Conversation
from coze_web.emulator.fields import LONGEST_ID, limited, meta_data, one_of, read_json, required
from coze_web.emulator.owner import API_CONNECTOR
from coze_web.emulator.paging import read_page
from coze_web.emulator.question import read_messages
from coze_web.emulator.replies import answer, ok
from coze_web.emulator.services import services
from coze_web.emulator.wire import new_id

bp = Blueprint("conversations", __name__, url_prefix="/v1")
bp.before_request(require_token)

LONGEST_NAME = 100
MOST_CONVERSATIONS = 50
MOST_FIRST_MESSAGES = 16


@bp.post("/conversation/create")
def create() -> Response:
    """Make a conversation, with a few messages if wanted; only one made with a `bot_id` can be listed later."""
    fields = read_json(request.get_data())
    now = services().clock.time()
    messages = read_messages(fields, "messages", MOST_FIRST_MESSAGES)
    first_words = messages[0].content[:LONGEST_NAME] if messages else ""
    conversation = Conversation(
        bot_id=limited(fields, "bot_id", LONGEST_ID),
        created_at=now,
        updated_at=now,
        # Unverified: the SDK says that the first message makes a name, the documentation that there is none.
        name=limited(fields, "name", LONGEST_NAME) or first_words,
        connector_id=limited(fields, "connector_id", LONGEST_ID) or API_CONNECTOR,
        meta_data=meta_data(fields),
    )
    if conversation.bot_id:
        services().store.bots.find(conversation.bot_id)
    conversation.add(messages, now)
    services().store.conversations.add(conversation)
    return ok(conversation.view())


@bp.get("/conversation/retrieve")
def retrieve() -> Response:
    """Show a conversation."""
    return ok(services().store.conversations.find(required(request.args, "conversation_id")).view())


@bp.get("/conversations")
def list_conversations() -> Response:
    """List the conversations that were opened with a bot, the newest first unless `sort_order` says ASC."""
    page = read_page(request.args, size=50, most=MOST_CONVERSATIONS)
    newest_first = one_of(request.args, "sort_order", ("desc", "asc")) == "desc"
    bot = services().store.bots.find(required(request.args, "bot_id"))
    found = services().store.conversations.of(bot.id, request.args.get("connector_id") or API_CONNECTOR)
    ordered = found[::-1] if newest_first else found
    shown = [conversation.view() for conversation in page.cut(ordered)]
    return ok({"conversations": shown, "has_more": page.has_more(ordered)})


@bp.put("/conversations/<conversation_id>")
def update(conversation_id: str) -> Response:
    """Rename a conversation."""
    conversation = services().store.conversations.find(conversation_id)
    conversation.name = limited(read_json(request.get_data()), "name", LONGEST_NAME)
    conversation.updated_at = services().clock.time()
    return ok(conversation.view())


@bp.delete("/conversations/<conversation_id>")
def delete(conversation_id: str) -> Response:
    """Forget a conversation with all that was said in it."""
    services().store.conversations.delete(conversation_id)
    return answer()


@bp.post("/conversations/<conversation_id>/clear")
def clear(conversation_id: str) -> Response:
    """Begin a new section: a model would no longer see what was said, the messages stay."""
    conversation = services().store.conversations.find(conversation_id)
    conversation.section_id = new_id()
    return ok({"id": conversation.section_id, "conversation_id": conversation.id})
