"""`GET /api/v1/coze/bot`: what visitors may see of the bot that answers them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from coze_web.services import services

bp = Blueprint("bot", __name__, url_prefix="/api/v1/coze")


@bp.get("/bot")
def bot() -> Response:
    """Show the bot's name, description, icon, opening text and suggested questions, and nothing else."""
    return jsonify(services().face.get()._asdict())
