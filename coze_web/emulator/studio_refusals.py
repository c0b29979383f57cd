"""The ways in which a Studio says no to the current request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from coze_web.emulator import wire
from coze_web.emulator.profiles import Reply, route

if TYPE_CHECKING:
    from coze_web.emulator.refusals import Refusal

AUTHENTICATION = 700012006
AGENT_RUN = 103100001
AGENT_UNKNOWN = 100000003
WORKFLOW_UNKNOWN = 720702004
# What the cloud says with one code of a bot and of a workflow: not there, or not published.
NOT_THERE = 4200
# What the cloud refuses as not readable, a Studio does not read at all.
UNREADABLE = {4000, 4003, 4004, 4007}
INTERNAL = 5000
# Any other code is sent as it is.
CODES = {
    4001: 103200003, 4002: 103000002, 4005: 103200001, 4015: AGENT_UNKNOWN, 4100: AUTHENTICATION,
    4101: AUTHENTICATION, 4104: 103200005, 4314: WORKFLOW_UNKNOWN, 4315: WORKFLOW_UNKNOWN,
}  # fmt: skip
PLAIN_TEXT = "text/plain; charset=utf-8"


def reply(refusal: Refusal) -> Reply:
    """Return how a refusal of the cloud's is said: with a code, or by the calls of a chat in words alone."""
    code, msg = _code(refusal.code), refusal.msg
    if code == refusal.status:
        return _json(refusal.status, code, msg)
    if code == AUTHENTICATION:
        return _json(200, code, "authentication failed: api key invalid")
    ordinary = _json(500, 500, "internal server error") if code == INTERNAL else _json(200, code, msg)
    return _of_chat(refusal) or ordinary


def _of_chat(refusal: Refusal) -> Reply | None:
    if route() == "/v3/chat/retrieve":
        return Reply(500, None, refusal.msg, PLAIN_TEXT)
    if refusal.code in UNREADABLE or route() == "/v3/chat/cancel":
        return _json(400, 400, refusal.msg)
    if route() != "/v3/chat":
        return None
    if not _wants_stream():
        return _json(400, 400, refusal.msg)
    failed = wire.event("error", {"code": AGENT_RUN, "msg": refusal.msg})
    return Reply(200, AGENT_RUN, failed.decode(), wire.STREAM_TYPE)


def _wants_stream() -> bool:
    fields = request.get_json(force=True, silent=True)
    return not isinstance(fields, dict) or fields.get("stream") is not False


def _code(code: int) -> int:
    if code == NOT_THERE:
        # Unverified: an unpublished workflow has codes of its own (6031, 720702011), by its kind of run.
        return WORKFLOW_UNKNOWN if route().startswith("/v1/workflow") else AGENT_UNKNOWN
    return CODES.get(code, code)


def _json(status: int, code: int, msg: str) -> Reply:
    return Reply(status, code, wire.dumps({"code": code, "msg": msg}))
