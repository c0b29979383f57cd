"""How the cloud speaks: all in which another profile may differ from it. Each method is about the current request."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import g, request

from coze_web.emulator import wire
from coze_web.emulator.chat_events import CHAT, Dialect
from coze_web.emulator.refusals import Refusal

BROKEN = b'event: conversation.message.delta\ndata: {"id":"73\n\n'


class Reply(NamedTuple):
    """A refusal as it goes out; `code` is None where the body is not JSON."""

    status: int
    code: int | None
    body: str
    content_type: str = wire.JSON_TYPE


class Cloud:
    """The cloud's profile.

    Attributes:
        logid_header: in which header the log id travels.
        streams: whether a chat streams that does not say.
        has_drafts: whether a bot is shown that was not published.
        chat: how the stream of a chat is written.
        run_type: the content type of the streams of workflows.

    """

    logid_header = "X-Tt-Logid"
    streams = False
    has_drafts = True
    chat = CHAT
    run_type = wire.STREAM_TYPE

    def new_logid(self) -> str:
        """Return a log id that looks like this profile's."""
        return wire.new_logid()

    def admit(self) -> None:
        """Refuse what is refused before the route is reached; on the cloud each route does so in its own way."""

    def envelope(self, code: int, msg: str) -> dict[str, Any]:
        """Return what surrounds every JSON answer."""
        return wire.envelope(code, msg, g.logid)

    def answer(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return a success."""
        return {**fields, **self.envelope(0, "")}

    def refuse(self, refusal: Refusal) -> Reply:
        """Return a refusal."""
        return Reply(refusal.status, refusal.code, wire.dumps(self.envelope(refusal.code, refusal.msg)))

    def nowhere(self) -> Refusal:
        """Return what is said of a path or a method that does not exist."""
        return Refusal(4000, "The path or the method does not exist.", status=404)

    def conversation_id(self) -> str:
        """Return in which conversation a chat is to be, "" for a new one."""
        return request.args.get("conversation_id", "")

    def workflow_chat(self, debug_url: str) -> Dialect:
        """Return how the stream of a workflow's chat is written."""
        return Dialect(wire.spaced_event, wire.spaced_event("done", {"debug_url": debug_url}), BROKEN)

    def run_event(self, name: str, data: dict[str, Any], debug_url: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the data of one event of a run."""
        return data


def route() -> str:
    """Return the rule that the request's path has matched, "" for none."""
    return request.url_rule.rule if request.url_rule else ""
