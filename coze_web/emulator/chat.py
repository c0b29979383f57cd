"""`/v3/chat` and what belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from coze_web.emulator.access import admit_to_chat, require_token
from coze_web.emulator.bot import Script, write_script
from coze_web.emulator.question import Question, read_json, read_question, required
from coze_web.emulator.refusals import PlainRefusal, Refusal
from coze_web.emulator.replies import ok
from coze_web.emulator.schedule import compose
from coze_web.emulator.services import services
from coze_web.emulator.stream import Playback
from coze_web.emulator.wire import STREAM_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

bp = Blueprint("chat", __name__, url_prefix="/v3/chat")

# Where a server leaves the client's socket (a plain one: looking at it must not wait).
SOCKET = "coze_emulator.socket"

BAD_GATEWAY = """<!DOCTYPE html>
<html><head><title>502 Bad Gateway</title></head>
<body><h1>502 Bad Gateway</h1><hr><p>emulated gateway</p></body></html>
"""


@bp.post("")
def create() -> Response:
    """Start a chat and answer with its stream, or at once with the Chat object that is to be polled."""
    question = read_question(read_json(request.get_data()), request.args.get("conversation_id", ""))
    admit_to_chat(question.bot_id)
    script = write_script(question.text)
    if not question.stream:
        script = script.without_stream_faults()
    _refuse_on_demand(question, script)
    return _open(question, script)


@bp.route("/retrieve", methods=["GET", "POST"])
def retrieve() -> Response:
    """Show a chat as it stands; documented as GET, and cozepy sends POST."""
    require_token()
    chat = services().store.saved_chat(*_ids(request.args))
    return ok(chat.view_at(services().clock.time()))


@bp.post("/cancel")
def cancel() -> Response:
    """Flip the status of a running chat; an open stream of it is not stopped."""
    require_token()
    chat = services().store.chat(*_ids(read_json(request.get_data())))
    services().store.cancel(chat)
    services().journal.chat("cancelled", chat)
    return ok(chat.view_at(services().clock.time()))


@bp.get("/message/list")
def list_messages() -> Response:
    """Show what the bot said, without the user's question; nothing unless the chat is completed (unverified)."""
    require_token()
    chat = services().store.saved_chat(*_ids(request.args))
    completed = chat.status(services().clock.time()) == "completed"
    return ok([message.record(chat) for message in chat.messages] if completed else [])


def _ids(fields: Mapping[str, Any]) -> tuple[str, str]:
    return required(fields, "conversation_id"), required(fields, "chat_id")


def _refuse_on_demand(question: Question, script: Script) -> None:
    fault = script.fault
    if fault.name == "html":
        raise PlainRefusal(502, BAD_GATEWAY, {"Content-Type": "text/html; charset=utf-8"})
    if fault.name not in {"code", "status"} or not services().store.refuse_again(question.text, fault.times):
        return
    if fault.name == "code":
        raise Refusal(fault.code)
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    raise PlainRefusal(fault.status, "emulated refusal\n", headers)


def _open(question: Question, script: Script) -> Response:
    chat = services().store.open(question, script)
    schedule = compose(chat, script, services().pace)
    chat.due = chat.created_at + schedule.duration
    services().journal.chat("opened", chat, stream=question.stream)
    if not question.stream:
        # Never "completed", however fast the bot: the answer is not in here, a client has to poll.
        return ok(chat.view("in_progress", chat.created_at))
    return Response(Playback(services(), chat, schedule, request.environ.get(SOCKET)), content_type=STREAM_TYPE)
