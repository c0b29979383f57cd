"""`/v3/chat` and what belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from coze_web.emulator.access import admit_to_chat, require_token
from coze_web.emulator.bot import continue_script, write_script
from coze_web.emulator.chat_events import CREATED, RESUMED, Telling
from coze_web.emulator.fields import optional, read_json, required
from coze_web.emulator.on_demand import refuse_on_demand
from coze_web.emulator.question import read_question
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.replies import ok
from coze_web.emulator.services import services
from coze_web.emulator.stream import play

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from coze_web.emulator.chats import Chat
    from coze_web.emulator.script import Script

bp = Blueprint("chat", __name__, url_prefix="/v3/chat")


@bp.post("")
def create() -> Response:
    """Start a chat and answer with its stream, or at once with the Chat object that is to be polled."""
    profile = services().profile
    fields = {"stream": profile.streams, **read_json(request.get_data())}
    question = read_question(fields, profile.conversation_id())
    admit_to_chat(question.bot_id)
    script = write_script(question.text)
    if not question.stream:
        script = script.without_stream_faults()
    refuse_on_demand(question.text, script.fault, services().store.repeats)
    chat = services().store.conversations.open(question, services().clock.time())
    services().journal.note("opened", chat, stream=question.stream)
    return _say(chat, script, CREATED, stream=question.stream)


@bp.route("/retrieve", methods=["GET", "POST"])
def retrieve() -> Response:
    """Show a chat as it stands; documented as GET, and cozepy sends POST."""
    require_token()
    chat = services().store.conversations.saved_chat(*_ids(request.args))
    return ok(chat.view_at(services().clock.time()))


@bp.post("/cancel")
def cancel() -> Response:
    """Flip the status of a running chat; an open stream of it is not stopped."""
    require_token()
    conversation_id, chat_id = _ids(read_json(request.get_data()))
    now = services().clock.time()
    chat = services().store.conversations.find(conversation_id).chat(chat_id)
    services().store.conversations.cancel(chat, now)
    services().journal.note("cancelled", chat)
    return ok(chat.view_at(now))


@bp.get("/message/list")
def list_messages() -> Response:
    """Show what the bot said, without the user's question; nothing before the chat is over (unverified)."""
    require_token()
    chat = services().store.conversations.saved_chat(*_ids(request.args))
    said = chat.status(services().clock.time()) in {"completed", "requires_action"}
    return ok([entry.view() for entry in chat.entries()] if said else [])


@bp.post("/submit_tool_outputs")
def submit_tool_outputs() -> Response:
    """Go on with a chat that waited for its client to run a tool."""
    require_token()
    conversation_id, chat_id = _ids(request.args)
    fields = read_json(request.get_data())
    conversation = services().store.conversations.find(conversation_id)
    chat, now = conversation.chat(chat_id), services().clock.time()
    if not chat.question.saved:
        raise Refusal(5000)
    outputs = _outputs(fields, chat, now)
    if conversation.busy(now):
        raise Refusal(4016)
    services().journal.note("resumed", chat)
    return _say(chat, continue_script(outputs), RESUMED, stream=optional(fields, "stream", bool, default=False))


def _ids(fields: Mapping[str, Any]) -> tuple[str, str]:
    return required(fields, "conversation_id"), required(fields, "chat_id")


def _outputs(fields: dict[str, Any], chat: Chat, now: float) -> tuple[str, ...]:
    """Return what the client's tools gave; refuse 4000 (unverified) what the chat does not wait for."""
    found = optional(fields, "tool_outputs", list, [])
    if not all(isinstance(one, dict) for one in found):
        raise Refusal(4000, "tool_outputs must be a list of objects.")
    wanted = chat.wants if chat.status(now) == "requires_action" else None
    # Unverified: that the question of a workflow's chat cannot be answered here, but by the next message.
    if not wanted or wanted["type"] != "function" or [required(one, "tool_call_id") for one in found] != [wanted["id"]]:
        raise Refusal(4000, "tool_outputs must answer the tool calls that the chat waits for.")
    return tuple(optional(one, "output", str, "") for one in found)


def _say(chat: Chat, script: Script, opening: tuple[str, ...], *, stream: bool) -> Response:
    now = services().clock.time()
    dialect = services().profile.chat
    schedule = Telling(chat, script, chat.say(script), services().pace, now, dialect, opening).schedule()
    chat.due = now + schedule.duration
    # Never "completed", however fast the bot: the answer is not in here, a client has to poll.
    return play(chat, schedule) if stream else ok(chat.view("in_progress", now))
