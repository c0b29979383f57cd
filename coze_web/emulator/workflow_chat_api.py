"""Chatting with the workflow: `/v1/workflows/chat`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from coze_web.emulator.access import require_token
from coze_web.emulator.chat_events import Telling
from coze_web.emulator.fields import LONGEST_ID, limited, read_json
from coze_web.emulator.order import read_order
from coze_web.emulator.question import Question, last_words, read_messages
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.running import admit, resume_run, start_run
from coze_web.emulator.runs import STREAMING
from coze_web.emulator.services import services
from coze_web.emulator.stream import play
from coze_web.emulator.workflows import require_published

if TYPE_CHECKING:
    from coze_web.emulator.chats import Chat
    from coze_web.emulator.order import Order
    from coze_web.emulator.runs import Run

bp = Blueprint("workflow_chat", __name__, url_prefix="/v1/workflows")
bp.before_request(require_token)

MOST_MESSAGES = 50


@bp.post("/chat")
def chat() -> Response:
    """Say something to the workflow, or answer the question that it asked in this conversation."""
    question, order = _read(read_json(request.get_data()))
    require_published(order.workflow_id)
    waiting = _waiting(question.conversation_id)
    script = waiting.script if waiting else admit(order)
    now = services().clock.time()
    opened = services().store.conversations.open(question, now)
    services().journal.note("opened", opened, stream=True)
    running = waiting or start_run(order, STREAMING, script)
    if waiting:
        resume_run(waiting, question.text)
    services().store.conversations.find(opened.conversation_id).waiting = running if running.script.asks else None
    return _say(opened, running, now)


def _waiting(conversation_id: str) -> Run | None:
    return services().store.conversations.find(conversation_id).waiting if conversation_id else None


def _say(opened: Chat, running: Run, now: float) -> Response:
    dialect = services().profile.workflow_chat(running.debug_url)
    said = opened.say(running.script)
    schedule = Telling(opened, running.script, said, services().pace, now, dialect).schedule()
    opened.due = running.due = now + schedule.duration
    return play(opened, schedule, services().profile.run_type)


def _read(fields: dict[str, Any]) -> tuple[Question, Order]:
    """Return what is asked, and the run that it orders; refuse 4000 or 4004."""
    for name in ("additional_messages", "parameters"):
        if fields.get(name) is None:
            raise Refusal(4000, f"{name} is required.")
    messages = read_messages(fields, "additional_messages", MOST_MESSAGES)
    if any(message.content_type != "text" for message in messages):
        raise Refusal(4000, "additional_messages must be text.")
    order = replace(read_order(fields), text=last_words(messages))
    if not order.bot_id and not limited(fields, "app_id", LONGEST_ID):
        raise Refusal(4000, "bot_id or app_id is required.")
    question = Question(
        bot_id=order.bot_id,
        user_id=order.user_id,
        conversation_id=limited(fields, "conversation_id", LONGEST_ID),
        stream=True,
        saved=True,
        meta_data={},
        messages=messages,
        text=order.text,
    )
    return question, order
