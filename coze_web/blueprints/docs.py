"""`/api`: the description of every route, for programs and to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, make_response, render_template, request

from coze_web import compression
from coze_web.inputs import Id
from coze_web.openapi import EVERYBODY, OPERATOR, Described, Route, describe_all
from coze_web.operator import require_operator
from coze_web.services import services

if TYPE_CHECKING:
    from collections.abc import Iterator

# Whom a blueprint is for, by the check that it makes before each request.
AUDIENCES = {require_operator: OPERATOR}
# A part of an address: without a kind it is an id of Coze's.
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
IMPLIED = {"HEAD", "OPTIONS"}  # Flask answers them by itself
_KEY = "coze_web_openapi"

bp = Blueprint("docs", __name__, url_prefix="/api")


@bp.get("/openapi.json")
@compression.page.compressed()
@Described(gives=dict, has_etag=True)
def document() -> Response:
    """Describe every route, as OpenAPI 3.1."""
    kept = current_app.extensions
    if _KEY not in kept:
        described = describe_all(_routes(), services().settings)
        kept[_KEY] = described.model_dump_json(by_alias=True, exclude_unset=True, exclude_none=True)
    return _fresh(Response(cast("str", kept[_KEY]), mimetype="application/json"))


@bp.get("/docs")
@compression.page.compressed()
@Described(media_types=("text/html",), has_etag=True)
def page() -> Response:
    """Show the same to read and to try, as a page; its files are this site's own."""
    return _fresh(make_response(render_template("coze_web/docs.html")))


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _routes() -> Iterator[Route]:
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule):
        group = rule.endpoint.partition(".")[0]
        checks = current_app.before_request_funcs.get(group, ())
        for method in sorted((rule.methods or set()) - IMPLIED):
            yield Route(
                path=PART.sub(r"{\2}", rule.rule),
                method=method,
                view=current_app.view_functions[rule.endpoint],
                ids={name: str if kind else Id for kind, name in PART.findall(rule.rule)},
                group=group,
                audience=next((AUDIENCES[check] for check in checks if check in AUDIENCES), EVERYBODY),
            )
