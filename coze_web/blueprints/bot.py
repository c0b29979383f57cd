"""`/api/v1/coze/bot`: what visitors may see of the bot that answers them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from coze_web.errors import RequestError
from coze_web.services import services
from coze_web.web import jsonify

bp = Blueprint("bot", __name__, url_prefix="/api/v1/coze")


@bp.get("/bot")
def bot() -> Response:
    """Show the bot's name, description, icon, opening text and suggested questions, and nothing else."""
    return jsonify(services().face.get()._asdict())


@bp.get("/bot/icon")
def icon() -> Response:
    """Send the bot's icon as a file of this site."""
    found = services().icon.get()
    if found is None:
        raise RequestError("no_icon")
    response = Response(found.content, mimetype=found.media_type)
    response.headers["Cache-Control"] = "public, max-age=600"
    response.add_etag()
    response.make_conditional(request)
    return response
