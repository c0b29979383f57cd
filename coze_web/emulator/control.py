"""The routes under `/_emulator`, which the real Coze does not have: look at what happened, and begin anew."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, jsonify, request

from coze_web.emulator.services import services

PICTURE = (Path(__file__).parent / "icon.png").read_bytes()

bp = Blueprint("control", __name__, url_prefix="/_emulator")


@bp.get("/journal")
def read_journal() -> Response:
    """Tell what happened, oldest first."""
    return jsonify(entries=services().journal.entries())


@bp.get("/icon.png")
def icon() -> Response:
    """Send the first bot's icon."""
    return Response(PICTURE, mimetype="image/png")


@bp.get("/oauth")
def oauth() -> Response:
    """Hand out the OAuth application with its private key, which is good for nothing but this emulator."""
    return jsonify(services().app.config(request.host_url.rstrip("/")))


@bp.post("/reset")
def reset() -> Response:
    """Forget all that happened: the journal, and what was changed, said, uploaded, run and counted."""
    services().forget()
    return jsonify({})
