"""`/api`: the description of every route, for programs and to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, make_response, render_template, request

from coze_web import compression
from coze_web.openapi import Described, Route, describe_all
from coze_web.operator import require_operator
from coze_web.services import services

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        for method in sorted((rule.methods or set()) - IMPLIED):
            yield Route(
                path=re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule),
                method=method,
                view=current_app.view_functions[rule.endpoint],
                names=tuple(re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)),
                group=group,
                is_guarded=require_operator in current_app.before_request_funcs.get(group, ()),
            )
