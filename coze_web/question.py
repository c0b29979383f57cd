"""The body of a chat request: checked whole before anything is asked of Coze. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, create_model

from coze_web.errors import RequestError

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# One character of it must be visible: no space, line end, control or format character. Classes like \p{Cf} would be
# shorter, but not all who read the schema know them.
VISIBLE = r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
Message = Annotated[str, StringConstraints(min_length=1, pattern=VISIBLE)]
# What pydantic finds wrong with a text; with another field than the message there is one code for all.
OF_A_TEXT = {
    "string_too_short": "message_empty",
    "string_pattern_mismatch": "message_blank",
    "string_unicode": "message_surrogate",
    "string_too_long": "message_too_long",
}
OF_THE_MESSAGE = {"missing": "message_missing", "string_type": "message_not_string", **OF_A_TEXT}
OF_OTHERS = {"stream": "stream_not_boolean", "client_message_id": "bad_client_message_id"}
CODES_OF_A_TEXT = tuple(OF_A_TEXT.values())
CODES = (*OF_THE_MESSAGE.values(), *OF_OTHERS.values())


class ChatBody(BaseModel):
    """A question; what else is in it is ignored."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        json_schema_extra={"examples": [{"message": "What can you do?"}]},
    )

    message: Message
    stream: bool = True
    client_message_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,128}$")] = ""


@cache
def chat_body(max_message: int) -> type[ChatBody]:
    """Return the model of a body whose message has at most so many characters."""
    message = Annotated[Message, Field(max_length=max_message)]
    return create_model("ChatBody", __base__=ChatBody, __doc__=ChatBody.__doc__, message=(message, ...))


@cache
def _text(max_message: int) -> TypeAdapter[str]:
    return TypeAdapter(Annotated[Message, Field(max_length=max_message)])


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
    try:
        asked = chat_body(max_message).model_validate(body)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
    else:
        return ChatRequest(_clean(asked.message), asked.stream, asked.client_message_id)
    field = str(found["loc"][0])
    if field in OF_OTHERS:
        raise RequestError(OF_OTHERS[field])
    raise _refusal(found["type"], body.get("message"), max_message)


def clean_text(message: str, max_message: int) -> str:
    """Return what a person wrote without control characters, tab and line ends excepted.

    Raises:
        RequestError: it is empty, blank, too long, or holds half of a character.

    """
    try:
        return _clean(_text(max_message).validate_python(message))
    except ValidationError as error:
        kind = error.errors(include_url=False)[0]["type"]
    raise _refusal(kind, message, max_message)


def _clean(message: str) -> str:
    return CONTROL_CHARACTERS.sub("", message)


def _refusal(kind: str, message: Any, limit: int) -> RequestError:
    code = OF_THE_MESSAGE[kind]
    return RequestError(code, length=len(message), limit=limit) if kind == "string_too_long" else RequestError(code)
