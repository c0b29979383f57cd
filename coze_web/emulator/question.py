"""Reads the body of `POST /v3/chat`. Pure: JSON in, a Question out or a Refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coze_web.emulator.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_MESSAGES = 100
OBJECTS = ("meta_data", "custom_variables", "parameters", "extra_params", "shortcut_command")


@dataclass(frozen=True)
class Question:
    """What a chat request asks, checked."""

    bot_id: str
    user_id: str
    conversation_id: str
    stream: bool
    saved: bool
    meta_data: dict[str, str]
    text: str


def read_json(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`; refuse 4000 where there is none."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Refusal(4000, "The field http body provided is not a valid json or chat request.")
    return fields


def read_question(fields: dict[str, Any], conversation_id: str) -> Question:
    """Return the question that the fields of a chat request ask; null is as good as absent.

    An empty `conversation_id` means none. Refuses 4000 (missing, or of a wrong type), 4004 (too many messages)
    and 4007 (stream=false without auto_save_history). Source: Coze chat v3 API.
    """
    messages = _field(fields, "additional_messages", list, [])
    if len(messages) > MOST_MESSAGES:
        raise Refusal(4004)
    objects = {name: _field(fields, name, dict, {}) for name in OBJECTS}
    question = Question(
        bot_id=required(fields, "bot_id"),
        user_id=required(fields, "user_id"),
        conversation_id=conversation_id,
        stream=_field(fields, "stream", bool, default=False),
        saved=_field(fields, "auto_save_history", bool, default=True),
        meta_data=objects["meta_data"],
        text=_last_question(messages),
    )
    if not question.stream and not question.saved:
        raise Refusal(4007)
    return question


def required(fields: Mapping[str, Any], name: str) -> str:
    """Return a text that must be there and not empty; refuse 4000 otherwise."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(4000, f"{name} is required and must be a string.")
    return value


def _field(fields: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise Refusal(4000, f"{name} has the wrong type.")
    return value


def _last_question(messages: list[Any]) -> str:
    texts = [(_role(message), _text(message)) for message in messages]
    # Unverified: that a message of the assistant, or a picture without a text, may follow the question.
    return next((text for role, text in reversed(texts) if role == "user" and text), "")


def _role(message: Any) -> str:
    if not isinstance(message, dict) or message.get("role") not in {"user", "assistant"}:
        raise Refusal(4000, "additional_messages must be messages of role user or assistant.")
    return str(message["role"])


def _text(message: dict[str, Any]) -> str:
    content = _field(message, "content", str, "")
    kind = _field(message, "content_type", str, "text")
    if kind not in {"text", "object_string"}:
        raise Refusal(4000, "content_type must be text or object_string.")
    return _object_string_text(content) if kind == "object_string" else str(content)


def _object_string_text(content: str) -> str:
    try:
        items = json.loads(content)
        texts = [item["text"] for item in items if item["type"] == "text"]
        return "\n".join(texts)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refusal(4000, "An object_string must be a JSON array of items, each with a type.") from None
