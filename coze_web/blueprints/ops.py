"""What a platform asks of the process."""

from __future__ import annotations

from flask import Blueprint, Response

from coze_web.web import jsonify

bp = Blueprint("ops", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """Say that the process answers; asks nothing of Coze, where every call may count against a quota."""
    return jsonify(status="ok")
