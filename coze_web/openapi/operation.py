"""One operation: a route, what its view says, and what follows from both. Pure."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from openapi_pydantic import MediaType, Operation, Parameter, RequestBody

from coze_web.inputs import Id, Input
from coze_web.openapi.codes import ALWAYS, CHANGING, STREAMS, WITH_BODY, WITH_ID, WITH_INPUT
from coze_web.openapi.described import JSON
from coze_web.openapi.responses import responses
from coze_web.openapi.schemas import fields, given, taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_pydantic import Reference, Schema

    from coze_web.openapi.described import Described
    from coze_web.openapi.route import Route
    from coze_web.openapi.schemas import Schemas, Use
    from coze_web.settings import Settings

SAFE = "GET"


def uses(route: Route, settings: Settings) -> Iterator[Use]:
    """Yield the types whose schemas its operation needs."""
    about, body = route.about, route.about.body_of(settings)
    yield given(route.audience.error)
    yield from (given(event.data) for event in about.events)
    if about.gives is not None:
        yield given(about.gives)
    yield from (taken(kind) for kind in route.ids.values())
    if body is not None:
        yield taken(body)


def operation(route: Route, schemas: Schemas, settings: Settings) -> Operation:
    """Return its description."""
    about, body = route.about, route.about.body_of(settings)
    summary, _, more = (inspect.getdoc(route.view) or "").partition("\n")
    return Operation(
        operationId=route.view.__name__,
        tags=[route.group],
        summary=summary,
        description=more.strip() or None,
        parameters=[*_path(route, schemas), *_query(about)] or None,
        requestBody=_body(body, schemas) if body else None,
        responses=responses(about, _codes(route, body), schemas, route.audience),
        security=[{route.audience.name: []}] if route.audience.name else None,
    )


def _path(route: Route, schemas: Schemas) -> list[Parameter | Reference]:
    return [_parameter(name, "path", schemas[taken(kind)], required=True) for name, kind in route.ids.items()]


def _query(about: Described) -> list[Parameter | Reference]:
    found = fields(about.query) if about.query else ()
    return [_parameter(name, "query", schema, required=required) for name, schema, required in found]


def _parameter(name: str, where: str, schema: Schema, *, required: bool) -> Parameter:
    return Parameter.model_validate({"name": name, "in": where, "required": required, "schema": schema})


def _body(body: Any, schemas: Schemas) -> RequestBody:
    return RequestBody(required=True, content={JSON: MediaType(schema=schemas[taken(body)])})


def _codes(route: Route, body: type[Any] | None) -> set[str]:
    about = route.about
    models = [model for model in (about.query, body) if model is not None]
    found = {*ALWAYS, *about.codes, *route.audience.codes}
    found.update(CHANGING if route.method != SAFE else ())
    found.update(WITH_ID if Id in route.ids.values() else ())
    found.update(WITH_BODY if body else ())
    found.update(STREAMS if about.events else ())
    found.update(WITH_INPUT if any(issubclass(model, Input) for model in models) else ())
    return found
