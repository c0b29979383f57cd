"""The body of a chat request: checked whole before anything is asked of Coze. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, NamedTuple, NoReturn

from coze_web.errors import RequestError

MAX_DEPTH = 32
INVISIBLE = {"Zs", "Zl", "Zp", "Cc", "Cf"}
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ChatRequest(NamedTuple):
    """What the visitor asks, and whether the answer is to be streamed."""

    message: str
    stream: bool


def parse_chat_request(raw: bytes, max_message: int) -> ChatRequest:
    """Read `{"message": "...", "stream": true}`; control characters other than tab and line ends are dropped.

    Args:
        raw: the body, UTF-8.
        max_message: the longest message, in characters.

    Raises:
        RequestError: with the code that names what is wrong.

    """
    body = _json_object(raw)
    message, stream = body.get("message"), body.get("stream", True)
    if "message" not in body:
        raise RequestError("message_missing")
    if not isinstance(message, str):
        raise RequestError("message_not_string")
    if not isinstance(stream, bool):
        raise RequestError("stream_not_boolean")
    _check_text(message, max_message)
    return ChatRequest(CONTROL_CHARACTERS.sub("", message), stream)


def _check_text(message: str, max_message: int) -> None:
    if not message:
        raise RequestError("message_empty")
    if all(unicodedata.category(character) in INVISIBLE for character in message):
        raise RequestError("message_blank")
    if any("\ud800" <= character <= "\udfff" for character in message):
        raise RequestError("message_surrogate")
    if len(message) > max_message:
        raise RequestError("message_too_long", length=len(message), limit=max_message)


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw.decode(), parse_constant=_refuse_constant)
    except RecursionError:
        raise RequestError("json_too_deep") from None
    except ValueError:
        raise RequestError("bad_json") from None
    if _is_deeper(body, MAX_DEPTH):
        raise RequestError("json_too_deep")
    if not isinstance(body, dict):
        raise RequestError("not_an_object")
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _is_deeper(value: object, limit: int) -> bool:
    """Say so without recursion, since how deep Python itself would go differs from version to version."""
    level = [value]
    for _ in range(limit):
        level = [child for node in level for child in _children(node)]
    return bool(level)


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
