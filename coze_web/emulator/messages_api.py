"""The messages of a conversation: `/v1/conversation/message/*`, and the feedback on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from coze_web.emulator.access import require_token
from coze_web.emulator.fields import limited, meta_data, one_of, optional, read_json, required
from coze_web.emulator.paging import Window
from coze_web.emulator.question import read_message, text_of
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.replies import answer, ok
from coze_web.emulator.services import services

if TYPE_CHECKING:
    from typing import Any

    from coze_web.emulator.conversation import Conversation
    from coze_web.emulator.messages import Entry

bp = Blueprint("messages", __name__, url_prefix="/v1")
bp.before_request(require_token)

MOST_MESSAGES = 50
FEEDBACK = "/conversations/<conversation_id>/messages/<message_id>/feedback"
MOST_REASONS = 10
LONGEST_REASON = 30
LONGEST_COMMENT = 250


@bp.post("/conversation/message/create")
def create() -> Response:
    """Add a message to a conversation, as the user's or as the assistant's."""
    fields = read_json(request.get_data())
    required(fields, "content")
    required(fields, "content_type")
    conversation, now = _conversation(), services().clock.time()
    message = read_message(fields, "a message")
    conversation.add([message], now)
    return ok(conversation.entry(message.id, now).view())


@bp.post("/conversation/message/list")
def list_messages() -> Response:
    """List questions and answers, the newest first unless `order` says asc."""
    fields = read_json(request.get_data() or b"{}")
    entries = _conversation().entries(services().clock.time())
    if one_of(fields, "order", ("desc", "asc")) == "desc":
        entries.reverse()
    if chat_id := optional(fields, "chat_id", str, ""):
        entries = [entry for entry in entries if entry.chat and entry.chat.id == chat_id]
    part, more = _window(fields).cut([entry.id for entry in entries])
    shown = [entry.view() for entry in entries[part]]
    first_id, last_id = (shown[0]["id"], shown[-1]["id"]) if shown else ("", "")
    return answer(data=shown, first_id=first_id, last_id=last_id, has_more=more)


@bp.get("/conversation/message/retrieve")
def retrieve() -> Response:
    """Show a message."""
    return ok(_entry().view())


@bp.post("/conversation/message/modify")
def modify() -> Response:
    """Change a message; the answer comes under `message`, as nowhere else."""
    fields = read_json(request.get_data())
    entry = _entry()
    content = optional(fields, "content", str, entry.message.content)
    content_type = optional(fields, "content_type", str, entry.message.content_type)
    text_of(content, content_type)
    entry.message.content, entry.message.content_type = content, content_type
    if fields.get("meta_data") is not None:
        entry.message.meta_data = meta_data(fields)
    entry.updated_at = services().clock.time()
    return answer(message=entry.view())


@bp.post("/conversation/message/delete")
def delete() -> Response:
    """Forget a message, and with an answer the steps that led to it."""
    entry = _entry()
    _conversation().remove(entry)
    return ok(entry.view())


@bp.post(FEEDBACK)
def give_feedback(conversation_id: str, message_id: str) -> Response:
    """Like or unlike an answer."""
    entry = _answer(conversation_id, message_id)
    fields = read_json(request.get_data())
    required(fields, "feedback_type")
    reasons = optional(fields, "reason_types", list, [])
    if len(reasons) > MOST_REASONS or not all(isinstance(one, str) and len(one) <= LONGEST_REASON for one in reasons):
        raise Refusal(4000, f"reason_types must be at most {MOST_REASONS} texts of {LONGEST_REASON} characters.")
    limited(fields, "comment", LONGEST_COMMENT)
    services().journal.note("feedback", entry, feedback_type=one_of(fields, "feedback_type", ("like", "unlike")))
    return answer()


@bp.delete(FEEDBACK)
def take_feedback_back(conversation_id: str, message_id: str) -> Response:
    """Take back what was said of an answer."""
    services().journal.note("feedback", _answer(conversation_id, message_id), feedback_type="")
    return answer()


def _conversation() -> Conversation:
    return services().store.conversations.find(required(request.args, "conversation_id"))


def _entry() -> Entry:
    return _conversation().entry(required(request.args, "message_id"), services().clock.time())


def _answer(conversation_id: str, message_id: str) -> Entry:
    entry = services().store.conversations.find(conversation_id).entry(message_id, services().clock.time())
    if entry.message.role != "assistant":
        # Unverified: the code. Only that feedback is on answers is documented.
        raise Refusal(4000, "Feedback can only be given on an answer.")
    return entry


def _window(fields: dict[str, Any]) -> Window:
    limit = optional(fields, "limit", int, MOST_MESSAGES)
    if not 1 <= limit <= MOST_MESSAGES:
        raise Refusal(4000, f"limit must be 1-{MOST_MESSAGES}.")
    return Window(_position(fields, "before_id"), _position(fields, "after_id"), limit)


def _position(fields: dict[str, Any], name: str) -> str:
    # As documented: "0" means no position.
    position = str(optional(fields, name, str, ""))
    return "" if position == "0" else position
