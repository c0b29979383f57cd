"""`/api/v1/coze/bot`: what visitors may see of the bot that answers them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from coze_web.errors import RequestError
from coze_web.face import BotFace
from coze_web.icon import PICTURES
from coze_web.openapi import Described
from coze_web.openapi.codes import ASKS_COZE
from coze_web.services import services
from coze_web.web import jsonify

bp = Blueprint("bot", __name__, url_prefix="/api/v1/coze")


@bp.get("/bot")
@Described(gives=BotFace, codes=ASKS_COZE)
def bot() -> Response:
    """Show the bot's name, description, icon, opening text and suggested questions, and nothing else."""
    return jsonify(services().face.get())


@bp.get("/bot/icon")
@Described(media_types=tuple(sorted(PICTURES)), codes=(*ASKS_COZE, "no_icon"), has_etag=True)
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
