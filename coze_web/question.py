"""The body of a chat request: checked whole before anything is asked of Coze. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple

from coze_web.errors import RequestError
from coze_web.ids import safe_id

INVISIBLE = {"Zs", "Zl", "Zp", "Cc", "Cf"}
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ChatRequest(NamedTuple):
    """What the visitor asks, whether the answer is to be streamed, and the page's name for it ("" for none)."""

    message: str
    stream: bool
    client_message_id: str


def parse_chat_request(body: dict[str, Any], max_message: int) -> ChatRequest:
    """Read `{"message": "...", "stream": true, "client_message_id": "..."}`.

    Control characters of the message other than tab and line ends are dropped.

    Args:
        body: the JSON object that was sent.
        max_message: the longest message, in characters.

    Raises:
        RequestError: with the code that names what is wrong.

    """
    message, stream, name = body.get("message"), body.get("stream", True), body.get("client_message_id", "")
    if "message" not in body:
        raise RequestError("message_missing")
    if not isinstance(message, str):
        raise RequestError("message_not_string")
    if not isinstance(stream, bool):
        raise RequestError("stream_not_boolean")
    if name != "" and not safe_id(name):
        raise RequestError("bad_client_message_id")
    return ChatRequest(clean_text(message, max_message), stream, name)


def clean_text(message: str, max_message: int) -> str:
    """Return what a person wrote without control characters, tab and line ends excepted.

    Raises:
        RequestError: it is empty, blank, too long, or holds half of a character.

    """
    if not message:
        raise RequestError("message_empty")
    if all(unicodedata.category(character) in INVISIBLE for character in message):
        raise RequestError("message_blank")
    if any("\ud800" <= character <= "\udfff" for character in message):
        raise RequestError("message_surrogate")
    if len(message) > max_message:
        raise RequestError("message_too_long", length=len(message), limit=max_message)
    return CONTROL_CHARACTERS.sub("", message)
