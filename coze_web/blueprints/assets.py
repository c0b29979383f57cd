"""`/static`: the page's files, at addresses that change with them."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request

from coze_web import accent, compression
from coze_web.assets import DIGEST, FILES, media_type

SEAL, LINE = b"#b23a24", b"#fdf9f1"  # the two colours of favicon.svg
FOR_EVER = "public, max-age=31536000, immutable"

bp = Blueprint("assets", __name__, url_prefix="/static")


@bp.get("/<digest>/<path:name>")
@compression.files.compressed()
def file(digest: str, name: str) -> Response:
    """Send one of the files, as it was when this process started."""
    if name not in FILES:
        abort(404)
    return _lasting(Response(FILES[name], mimetype=media_type(name)), digest)


@bp.get("/<digest>/accent/<colour>.css")
def accent_sheet(digest: str, colour: str) -> Response:
    """Send the shades of a colour, six digits, for the page's style sheets."""
    return _lasting(Response(accent.style_sheet(_hex(colour)), mimetype="text/css"), digest)


@bp.get("/<digest>/accent/<colour>.svg")
def accent_seal(digest: str, colour: str) -> Response:
    """Send the page's icon in a colour, six digits."""
    fill = _hex(colour)
    svg = FILES["favicon.svg"].replace(SEAL, fill.encode()).replace(LINE, accent.line_on(fill).encode())
    return _lasting(Response(svg, mimetype="image/svg+xml"), digest)


def _hex(colour: str) -> str:
    if not re.fullmatch("[0-9a-f]{6}", colour):
        abort(404)
    return f"#{colour}"


def _lasting(response: Response, digest: str) -> Response:
    # While a new version is rolled out, a page of one may ask the other for its files.
    response.headers["Cache-Control"] = FOR_EVER if digest == DIGEST else "no-cache"
    response.set_etag(DIGEST)
    response.make_conditional(request)
    return response
