"""Reads what a chat is asked. Pure: JSON in, a Question out or a Refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from coze_web.emulator.fields import meta_data, optional, required
from coze_web.emulator.messages import Message
from coze_web.emulator.refusals import Refusal

MOST_MESSAGES = 100
ROLES = ("user", "assistant")
OBJECTS = ("custom_variables", "parameters", "extra_params", "shortcut_command")


@dataclass(frozen=True)
class Question:
    """What a chat request asks, checked; `text` is what the bot hears of it."""

    bot_id: str
    user_id: str
    conversation_id: str
    stream: bool
    saved: bool
    meta_data: dict[str, str]
    messages: tuple[Message, ...]
    text: str


def read_question(fields: dict[str, Any], conversation_id: str) -> Question:
    """Return the question that the fields of a chat request ask.

    An empty `conversation_id` means none. Refuses 4000 (missing, or of a wrong type), 4004 (too many messages)
    and 4007 (stream=false without auto_save_history). Source: Coze chat v3 API.
    """
    messages = read_messages(fields, "additional_messages", MOST_MESSAGES)
    for name in OBJECTS:
        optional(fields, name, dict, {})
    question = Question(
        bot_id=required(fields, "bot_id"),
        user_id=required(fields, "user_id"),
        conversation_id=conversation_id,
        stream=optional(fields, "stream", bool, default=False),
        saved=optional(fields, "auto_save_history", bool, default=True),
        meta_data=meta_data(fields),
        messages=messages,
        text=last_words(messages),
    )
    if not question.stream and not question.saved:
        raise Refusal(4007)
    return question


def read_messages(fields: dict[str, Any], name: str, most: int) -> tuple[Message, ...]:
    """Return a list of messages; refuse 4000 what is none, and 4004 more than `most`."""
    found = optional(fields, name, list, [])
    if len(found) > most:
        raise Refusal(4004)
    return tuple(read_message(message, name) for message in found)


def last_words(messages: tuple[Message, ...]) -> str:
    """Return the last text that the user said."""
    # Unverified: that a message of the assistant, or a picture without a text, may follow the question.
    texts = [text_of(message.content, message.content_type) for message in messages if message.role == "user"]
    return next((text for text in reversed(texts) if text), "")


def text_of(content: str, content_type: str) -> str:
    """Return the words in a content; refuse 4000 an object_string that is none."""
    if content_type != "object_string":
        return content
    try:
        texts = [item["text"] for item in json.loads(content) if item["type"] == "text"]
        return "\n".join(texts)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refusal(4000, "An object_string must be a JSON array of items, each with a type.") from None


def read_message(found: Any, name: str) -> Message:
    if not isinstance(found, dict) or found.get("role") not in ROLES:
        raise Refusal(4000, f"{name} must be messages of role user or assistant.")
    content = optional(found, "content", str, "")
    content_type = optional(found, "content_type", str, "text")
    if content_type not in {"text", "object_string"}:
        raise Refusal(4000, "content_type must be text or object_string.")
    text_of(content, content_type)
    kind = "question" if found["role"] == "user" else "answer"
    return Message(kind, content, role=found["role"], content_type=content_type, meta_data=meta_data(found))
