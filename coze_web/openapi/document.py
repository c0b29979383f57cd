"""The document: every route whose view says what it takes and gives. Pure."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from openapi_pydantic import Components, Info, OpenAPI, Operation, PathItem, SecurityScheme, Tag

from coze_web.openapi.described import described
from coze_web.openapi.operation import operation, uses
from coze_web.openapi.responses import HEADERS
from coze_web.openapi.schemas import Schemas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openapi_pydantic import Reference

    from coze_web.openapi.route import Route
    from coze_web.settings import Settings

ABOUT = """\
What this site offers to programs: the visitors' routes to everybody, the operator's to who has the operator's token,
and those for OpenAI's clients to who has an API key.

- An error is one object, `ErrorBody`, or for OpenAI's clients theirs, `Fault`. Its `code` is a word or one of Coze's
  own numbers; its `message` says what to do, in English or Chinese by `Accept-Language`.
- In an app of its own an address that is not here answers 404 (`not_found`), a method that is not 405
  (`method_not_allowed`, with `Allow`).
  HEAD is answered where GET is, OPTIONS everywhere.
- The operator's queries and bodies may hold only what is described, each parameter once.
- What is for people and their browsers is not described: pages, the console's among them, the script for other sites,
  static files.
"""


def describe_all(routes: Iterable[Route], settings: Settings) -> OpenAPI:
    """Return the document of these routes in an app with these settings; what says nothing of itself is left out.

    Where the app is to be found, it does not say.
    """
    shown = [route for route in routes if described(route.view)]
    schemas = Schemas(use for route in shown for use in uses(route, settings))
    schemes: dict[str, SecurityScheme | Reference] = {
        route.audience.name: SecurityScheme(type="http", scheme="bearer", description=route.audience.secret)
        for route in shown
        if route.audience.name
    }
    paths: dict[str, dict[str, Operation]] = {}
    for route in shown:
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route, schemas, settings)
    return OpenAPI(
        openapi="3.1.1",
        info=Info(title="coze-web", version="1", description=ABOUT),
        paths={path: PathItem.model_validate(item) for path, item in paths.items()},
        tags=[Tag(name=name, description=said) for name, said in _groups(shown).items()],
        components=Components(schemas=schemas.components, headers=HEADERS, securitySchemes=schemes),
    )


def _groups(routes: Iterable[Route]) -> dict[str, str]:
    """Return the groups of routes; what they are is what the first line of their module says."""
    return {route.group: (sys.modules[route.view.__module__].__doc__ or "").partition("\n")[0] for route in routes}
