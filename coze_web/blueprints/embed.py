"""The script that other sites load to show the page in a panel: docs/embed.md."""

from __future__ import annotations

from flask import Blueprint, Response, request

from coze_web import compression
from coze_web.assets import DIGEST, FILES

# The address stands in pages we do not know, so it stays as it is, and what is new gets there within the hour.
FRESH = "public, max-age=3600"

bp = Blueprint("embed", __name__)


@bp.get("/embed.js")
@compression.page.compressed()
def script() -> Response:
    """Send the script; it names its encoding, or a page in another one would read it in that."""
    response = Response(FILES["embed.js"], mimetype="text/javascript")
    response.headers["Cache-Control"] = FRESH
    response.set_etag(DIGEST)
    response.make_conditional(request)
    return response
