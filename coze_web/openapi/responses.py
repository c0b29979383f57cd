"""What one operation may answer: its good answer, and each error with the codes that it may have. Pure."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from openapi_pydantic import Header, MediaType, Reference, Response, Schema
from pydantic import TypeAdapter

from coze_web.openapi.codes import by_status, statuses_of_numbers
from coze_web.openapi.described import JSON
from coze_web.openapi.schemas import given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coze_web.openapi.audience import Audience
    from coze_web.openapi.described import Described, Event
    from coze_web.openapi.schemas import Schemas

STREAM = "text/event-stream"
STREAMED = (
    "One event; comment lines may stand between them. Exactly one `done` or `error` comes last. Events that are not "
    "named here are Coze's own."
)
NAMELESS = "One event; comment lines may stand between them. Exactly one `[DONE]` or error comes last."
HEADERS = TypeAdapter(dict[str, Header | Reference]).validate_python(
    {
        "X-Request-ID": {
            "description": "The id under which the log has it: the one that was sent, where it can be used.",
            "required": True,
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
        },
        "Retry-After": {
            "description": "Seconds after which another try may succeed, where that is known.",
            "schema": {"type": "string", "pattern": "^[0-9]+$"},
        },
        "WWW-Authenticate": {"description": "Who may ask.", "required": True, "schema": {"const": "Bearer"}},
        "X-Should-Retry": {
            "description": "Whether OpenAI's clients are to ask once more.",
            "required": True,
            "schema": {"enum": ["true", "false"]},
        },
        "ETag": {"description": "For If-None-Match.", "required": True, "schema": {"type": "string"}},
    }
)
HEADERS_OF: dict[int, list[str]] = {
    HTTPStatus.UNAUTHORIZED: ["WWW-Authenticate"],
    HTTPStatus.TOO_MANY_REQUESTS: ["Retry-After"],
    HTTPStatus.SERVICE_UNAVAILABLE: ["Retry-After"],
}


def responses(
    about: Described, codes: set[str], schemas: Schemas, audience: Audience
) -> dict[str, Response | Reference]:
    """Return what a view may answer, by status."""
    found = {about.status: _answer(about, schemas)}
    if about.has_etag:
        found[HTTPStatus.NOT_MODIFIED] = Response(description="What was sent before holds.", headers=_headers("ETag"))
    numbers = statuses_of_numbers(audience.status_of) if "upstream_error" in codes else set()
    words = by_status(codes, audience.status_of)
    for status in sorted({*words, *numbers}):
        found[status] = _error(status, _code(words.get(status, []), has_numbers=status in numbers), schemas, audience)
    return {str(int(status)): response for status, response in found.items()}


def _answer(about: Described, schemas: Schemas) -> Response:
    content = {kind: MediaType() for kind in about.media_types}
    if about.gives is not None:
        content[JSON] = MediaType(schema=schemas[given(about.gives)])
    if about.events:
        content[STREAM] = _stream(about.events, schemas)
    headers = _headers("ETag") if about.has_etag else _headers()
    return Response(description=HTTPStatus(about.status).phrase, headers=headers, content=content)


def _stream(events: Sequence[Event], schemas: Schemas) -> MediaType:
    """Return what one event of a stream may be; OpenAPI 3.1 has no way to say that there are many of them."""
    known = [_event(event.name, _data(schemas[given(event.data)])) for event in events]
    names = [event.name for event in events if event.name]
    if not names:
        return MediaType.model_validate({"schema": {"description": NAMELESS, "anyOf": known}})
    other = {"required": ["event"], "properties": {"event": {"not": {"enum": names}}}}
    return MediaType.model_validate({"schema": {"description": STREAMED, "anyOf": [*known, other]}})


def _event(name: str, data: dict[str, Any]) -> dict[str, Any]:
    parts = {"event": {"const": name}, "data": data} if name else {"data": data}
    return {"type": "object", "required": list(parts), "properties": parts}


def _data(schema: Schema | Reference) -> dict[str, Any]:
    if isinstance(schema, Schema) and schema.const is not None:
        return {"const": schema.const}
    return {"type": "string", "contentMediaType": JSON, "contentSchema": schema}


class _Code(NamedTuple):
    told: str
    schema: dict[str, Any]


def _code(words: list[str], *, has_numbers: bool) -> _Code:
    schema: dict[str, Any] = {"enum": words}
    told = [f"`{word}`" for word in words]
    if has_numbers:
        number = {"type": "string", "pattern": "^[1-9][0-9]{3,11}$", "description": "One of Coze's own numbers."}
        schema = {"anyOf": [schema, number]} if words else number
        told.append("one of Coze's numbers")
    return _Code(", ".join(told), schema)


def _error(status: int, code: _Code, schemas: Schemas, audience: Audience) -> Response:
    narrowed = code.schema
    for name in reversed(audience.code_at):
        narrowed = {"properties": {name: narrowed}}
    schema = {"allOf": [schemas[given(audience.error)], narrowed]}
    return Response(
        description=f"{HTTPStatus(status).phrase}: {code.told}",
        headers=_headers(*HEADERS_OF.get(status, ()), *audience.error_headers),
        content={JSON: MediaType.model_validate({"schema": schema})},
    )


def _headers(*names: str) -> dict[str, Header | Reference]:
    at = "#/components/headers/"
    return {name: Reference.model_validate({"$ref": at + name}) for name in ("X-Request-ID", *names)}
