"""The bytes on the wire: event frames, JSON envelopes, ids. Pure."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

JSON_TYPE = "application/json; charset=utf-8"
# No charset: that is how the cloud labels a chat.
STREAM_TYPE = "text/event-stream"


def dumps(value: Any) -> str:
    """Return compact ASCII JSON: escaping also U+0085, U+2028 and U+2029 keeps line-splitting clients alive."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def as_text(value: Any) -> str:
    """Return JSON that is a text within JSON, as the cloud writes it: compact, characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def event(name: str, data: Any) -> bytes:
    """Return one chat event as the Coze chat v3 API frames it: two field lines without spaces, then an empty line."""
    return f"event:{name}\ndata:{dumps(data)}\n\n".encode("ascii")


def spaced_event(name: str, data: Any) -> bytes:
    """Return one event of a workflow's chat: as `event`, but with a space after each colon."""
    return f"event: {name}\ndata: {_dumps_like_go(data)}\n\n".encode("ascii")


def numbered_event(number: int, name: str, data: Any) -> bytes:
    """Return one event of a workflow's run: three field lines with spaces, `number` counted from 0."""
    return f"id: {number}\nevent: {name}\ndata: {_dumps_like_go(data)}\n\n".encode("ascii")


def _dumps_like_go(value: Any) -> str:
    # As recorded: the addresses in these events have their "&" escaped.
    return dumps(value).replace("&", "\\u0026")


def envelope(code: int, msg: str, logid: str) -> dict[str, Any]:
    """Return what surrounds every JSON answer; `code` 0 means success, any other is a refusal."""
    return {"code": code, "msg": msg, "detail": {"logid": logid}}


def new_logid() -> str:
    """Return a log id that looks like the cloud's: the local time, then upper-case hex."""
    return time.strftime("%Y%m%d%H%M%S") + secrets.token_hex(10).upper()


def new_id() -> str:
    """Return a 19-digit decimal id: above 2**53, so that clients which read it as a number are caught."""
    return str(7 * 10**18 + secrets.randbelow(10**18))
