"""How a self-hosted Coze Studio speaks, where it differs from the cloud.

Source: coze-studio's code (HEAD of March 2026), read and not run. Unverified: all of it against a running Studio.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import request

from coze_web.emulator import studio_refusals, wire
from coze_web.emulator.access import has_token
from coze_web.emulator.chat_events import Dialect
from coze_web.emulator.profiles import BROKEN, Cloud, Reply, route
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.studio_views import NOT_DATA, amend, chat_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ROUTES = {
    "POST /v3/chat", "POST /v3/chat/cancel", "GET /v3/chat/retrieve", "GET /v3/chat/message/list",
    "POST /v1/conversation/create", "GET /v1/conversation/retrieve", "POST /v1/conversation/message/list",
    "GET /v1/conversations", "PUT /v1/conversations/<conversation_id>", "DELETE /v1/conversations/<conversation_id>",
    "POST /v1/conversations/<conversation_id>/clear",
    "GET /v1/bot/get_online_info", "GET /v1/bots/<bot_id>", "POST /v1/files/upload",
    "POST /v1/workflow/run", "POST /v1/workflow/stream_run", "POST /v1/workflow/stream_resume",
    "GET /v1/workflow/get_run_history", "POST /v1/workflows/chat", "GET /v1/workflows/<workflow_id>",
}  # fmt: skip
PATHS = {known.partition(" ")[2] for known in ROUTES}


def _chat_event(name: str, data: Mapping[str, Any]) -> bytes:
    return wire.event(name, chat_of(data) if name.startswith("conversation.chat.") else data)


class Studio(Cloud):
    """The Studio's profile."""

    logid_header = "X-Log-ID"
    streams = True
    has_drafts = False
    run_type = "text/event-stream; charset=utf-8"
    chat = Dialect(
        frame=_chat_event,
        done=b"event:conversation.stream.done\ndata:\n\n",
        broken=b'event:conversation.message.delta\ndata:{"id":"73\n\n',
        error=lambda error: {"code": studio_refusals.AGENT_RUN, "msg": error["msg"]},
        # Its code makes this event and does not send it.
        leaves_out=frozenset({"conversation.chat.requires_action"}),
    )

    def new_logid(self) -> str:
        """Return a UUID."""
        return str(uuid.uuid4())

    def admit(self) -> None:
        """Refuse a path that wants a browser's session, a wrong token, and what is not routed, in this order."""
        if route().startswith("/_emulator"):
            return
        if route() not in PATHS:
            raise Refusal(401, "missing session_key in cookie", status=401)
        if not has_token():
            raise Refusal(studio_refusals.AUTHENTICATION)
        if f"{request.method} {route()}" not in ROUTES:
            raise self.nowhere()

    def envelope(self, code: int, msg: str) -> dict[str, Any]:
        """Return what surrounds every JSON answer: no log id."""
        return {"code": code, "msg": msg}

    def answer(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return a success, in places under another name than "data"; an empty list is left out."""
        named = {NOT_DATA.get(route(), name) if name == "data" else name: value for name, value in fields.items()}
        amended = {name: amend(route(), value) for name, value in named.items() if name != "usage" and value != []}
        return {**amended, **self.envelope(0, "")}

    def refuse(self, refusal: Refusal) -> Reply:
        """Return a refusal."""
        return studio_refusals.reply(refusal)

    def nowhere(self) -> Refusal:
        """Return what is said of a method that a path does not have."""
        return Refusal(404, "not found", status=404)

    def conversation_id(self) -> str:
        """Return the id; refuse one that is no number, as the empty one that the official SDKs send."""
        found = request.args.get("conversation_id", "0")
        if not found.isdecimal():
            raise Refusal(4000, f"unable to decode '{found}' as int64")
        return "" if found == "0" else found

    def workflow_chat(self, debug_url: str) -> Dialect:
        """Return how the stream of a workflow's chat is written: numbered, and an error's code is text."""
        return Dialect(
            frame=wire.spaced_event,
            done=wire.spaced_event("done", {"debug_url": debug_url}),
            broken=BROKEN,
            error=lambda error: {**error, "code": str(error["code"]), "debug_url": debug_url},
            leaves_out=frozenset({"verbose"}),
            numbered=True,
        )

    def run_event(self, name: str, data: dict[str, Any], debug_url: str) -> dict[str, Any]:
        """Return the data of one event of a run: nothing tells of the execution, nor of the node that asks."""
        gone = {"node_execute_uuid", "usage", "cost"} | ({"node_title"} if name == "Interrupt" else set())
        kept = {key: value for key, value in data.items() if key not in gone}
        return {**kept, "debug_url": debug_url} if name == "Interrupt" else kept
