"""One operation: a route, what its view says, and what follows from both. Pure."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NamedTuple

from openapi_pydantic import MediaType, Operation, Parameter, RequestBody

from coze_web.errors import ErrorBody
from coze_web.inputs import Id, Input
from coze_web.openapi.codes import ALWAYS, CHANGING, OPERATOR, STREAMS, WITH_BODY, WITH_ID, WITH_INPUT
from coze_web.openapi.described import JSON, Described, described
from coze_web.openapi.responses import responses
from coze_web.openapi.schemas import fields, given, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openapi_pydantic import Reference, Schema

    from coze_web.openapi.schemas import Schemas, Use
    from coze_web.settings import Settings

SAFE = "GET"
SCHEME = "operator"


class Route(NamedTuple):
    """A route of the app.

    Args:
        path: as OpenAPI writes it, `/a/{id}`.
        names: those in its path.
        group: the name of its blueprint.
        is_guarded: whether the whole blueprint is the operator's.

    """

    path: str
    method: str
    view: Callable[..., Any]
    names: tuple[str, ...]
    group: str
    is_guarded: bool

    @property
    def about(self) -> Described:
        """What its view says; nothing for one that says nothing."""
        return described(self.view) or Described()


def uses(route: Route, settings: Settings) -> Iterator[Use]:
    """Yield the types whose schemas its operation needs."""
    about, body = route.about, route.about.body_of(settings)
    yield given(ErrorBody)
    yield from (given(kind) for kind in (about.events or {}).values())
    if about.gives is not None:
        yield given(about.gives)
    if route.names:
        yield taken(Id)
    if body is not None:
        yield taken(body)


def operation(route: Route, schemas: Schemas, settings: Settings) -> Operation:
    """Return its description."""
    about, body = route.about, route.about.body_of(settings)
    summary, _, more = (inspect.getdoc(route.view) or "").partition("\n")
    possible = _codes(route, body)
    return Operation(
        operationId=route.view.__name__,
        tags=[route.group],
        summary=summary,
        description=more.strip() or None,
        parameters=[*_path(route, schemas), *_query(about)] or None,
        requestBody=_body(body, schemas) if body else None,
        responses=responses(about, possible, schemas, for_operator=route.is_guarded),
        security=[{SCHEME: []}] if set(OPERATOR) <= possible else None,
    )


def _path(route: Route, schemas: Schemas) -> list[Parameter | Reference]:
    return [_parameter(name, "path", schemas[taken(Id)], required=True) for name in route.names]


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
    found = {*ALWAYS, *about.codes}
    found.update(CHANGING if route.method != SAFE else ())
    found.update(OPERATOR if route.is_guarded else ())
    found.update(WITH_ID if route.names else ())
    found.update(WITH_BODY if body else ())
    found.update(STREAMS if about.events else ())
    found.update(WITH_INPUT if any(issubclass(model, Input) for model in models) else ())
    return found
