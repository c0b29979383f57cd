"""What one operation may answer: its good answer, and each error with the codes that it may have. Pure."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from openapi_pydantic import DataType, Header, MediaType, Reference, Response, Schema

from coze_web.errors import ErrorBody
from coze_web.openapi.codes import by_status, statuses_of_numbers
from coze_web.openapi.described import JSON
from coze_web.openapi.schemas import given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coze_web.openapi.described import Described
    from coze_web.openapi.schemas import Schemas

STREAM = "text/event-stream"
TEXT = DataType.STRING
HEADERS: dict[str, Header | Reference] = {
    "X-Request-ID": Header(
        description="The id under which the log has it: the one that was sent, where it can be used.",
        required=True,
        schema=Schema(type=TEXT, pattern="^[A-Za-z0-9._-]{1,128}$"),
    ),
    "Retry-After": Header(
        description="Seconds after which another try may succeed, where that is known.",
        schema=Schema(type=TEXT, pattern="^[0-9]+$"),
    ),
    "WWW-Authenticate": Header(description="Who may ask.", required=True, schema=Schema(type=TEXT, const="Bearer")),
    "ETag": Header(description="To be sent back as If-None-Match.", required=True, schema=Schema(type=TEXT)),
}
HEADERS_OF = {
    HTTPStatus.UNAUTHORIZED: ["WWW-Authenticate"],
    HTTPStatus.TOO_MANY_REQUESTS: ["Retry-After"],
    HTTPStatus.SERVICE_UNAVAILABLE: ["Retry-After"],
}


def responses(
    about: Described, codes: set[str], schemas: Schemas, *, for_operator: bool
) -> dict[str, Response | Reference]:
    """Return what a view may answer, by status."""
    found = {about.status: _answer(about, schemas)}
    if about.has_etag:
        found[HTTPStatus.NOT_MODIFIED] = Response(description="What was sent before holds.", headers=_headers("ETag"))
    numbers = statuses_of_numbers(for_operator=for_operator) if "upstream_error" in codes else set()
    words = by_status(codes)
    for status in sorted({*words, *numbers}):
        found[status] = _error(status, words.get(status, []), schemas, has_numbers=status in numbers)
    return {str(int(status)): response for status, response in found.items()}


def _answer(about: Described, schemas: Schemas) -> Response:
    content = {kind: MediaType() for kind in about.media_types}
    if about.gives is not None:
        content[JSON] = MediaType(schema=schemas[given(about.gives)])
    if about.events is not None:
        content[STREAM] = _stream(about.events, schemas)
    headers = _headers("ETag") if about.has_etag else _headers()
    return Response(description=HTTPStatus(about.status).phrase, headers=headers, content=content)


def _stream(events: Mapping[str, Any], schemas: Schemas) -> MediaType:
    """Return a stream as text, which is all that OpenAPI 3.1 can say, with its events beside it."""
    told = (
        "Server-sent events: comment lines while there is silence, and exactly one `done` or `error` at the end. Data is "
        f"JSON, but for `[DONE]`, and of the schemas in `x-events`: {', '.join(f'`{name}`' for name in events)}. Others "
        "of Coze's may be among them."
    )
    by_name = {name: schemas[given(kind)].model_dump(by_alias=True, exclude_none=True) for name, kind in events.items()}
    return MediaType.model_validate({"schema": {"type": "string", "description": told}, "x-events": by_name})


def _error(status: int, words: list[str], schemas: Schemas, *, has_numbers: bool) -> Response:
    code: dict[str, Any] = {"enum": words}
    told = [f"`{word}`" for word in words]
    if has_numbers:
        number = {"type": "string", "pattern": "^[1-9][0-9]{3,11}$", "description": "One of Coze's own numbers."}
        code = {"anyOf": [code, number]} if words else number
        told.append("one of Coze's numbers")
    this = Schema.model_validate({"properties": {"code": code}})
    return Response(
        description=f"{HTTPStatus(status).phrase}: {', '.join(told)}",
        headers=_headers(*HEADERS_OF.get(HTTPStatus(status), [])),
        content={JSON: MediaType(schema=Schema(allOf=[schemas[given(ErrorBody)], this]))},
    )


def _headers(*names: str) -> dict[str, Header | Reference]:
    return {name: Reference(ref=f"#/components/headers/{name}") for name in ("X-Request-ID", *names)}
