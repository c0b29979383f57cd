"""`/api`: the description of every route, for programs and to read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, make_response, render_template, request

from coze_web import compression, headers
from coze_web.blueprints.openai import require_key
from coze_web.inputs import Id
from coze_web.openapi import EVERYBODY, KEY_HOLDERS, OPERATOR, Described, Route
from coze_web.operator import require_operator
from coze_web.services import services
from coze_web.web import home, mount

if TYPE_CHECKING:
    from collections.abc import Iterator

# Whom a blueprint is for, by the check that it makes before each request.
AUDIENCES = {require_operator: OPERATOR, require_key: KEY_HOLDERS}
# A part of an address: without a kind it is an id of Coze's.
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
IMPLIED = {"HEAD", "OPTIONS"}  # Flask answers them by itself
# Swagger UI makes markup by itself, of our own document, and has pictures in its style sheet. No site may frame a page
# where the operator's token is typed.
MARKUP = {"require-trusted-types-for", "trusted-types"}
POLICY = {
    **{name: value for name, value in headers.POLICY.items() if name not in MARKUP},
    "img-src": "'self' data:",
    "frame-ancestors": "'none'",
}
_KEY = "coze_web_openapi"

bp = Blueprint("docs", __name__, url_prefix="/api")


@bp.get("/openapi.json")
@compression.page.compressed()
@Described(gives=dict, has_etag=True)
def document() -> Response:
    """Describe every route, as OpenAPI 3.1."""
    kept = current_app.extensions
    if _KEY not in kept:
        kept[_KEY] = _describe()
    # Apart, since a proxy may have us at several addresses.
    servers = [{"url": home().rstrip("/") or "/"}]
    return _fresh(Response(json.dumps({**kept[_KEY], "servers": servers}), mimetype="application/json"))


@bp.get("/docs")
@compression.page.compressed()
def page() -> Response:
    """Show the same to read and to try, as a page; its files are this site's own."""
    response = make_response(render_template("coze_web/docs.html"))
    response.content_security_policy.update(POLICY)
    return _fresh(response)


def _describe() -> dict[str, Any]:
    from coze_web.openapi.document import describe_all  # noqa: PLC0415 - its library would slow down every start

    described = describe_all(_routes(), services().settings)
    return described.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _routes() -> Iterator[Route]:
    app = current_app
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        blueprint = rule.endpoint.rpartition(".")[0]
        checks = app.before_request_funcs.get(blueprint, ())
        for method in sorted((rule.methods or set()) - IMPLIED):
            yield Route(
                path="/" + PART.sub(r"{\2}", rule.rule).removeprefix(f"{mount()}/"),
                method=method,
                view=app.view_functions[rule.endpoint],
                ids={name: str if kind else Id for kind, name in PART.findall(rule.rule)},
                group=blueprint.rpartition(".")[2],
                usually=next((AUDIENCES[check] for check in checks if check in AUDIENCES), EVERYBODY),
            )
