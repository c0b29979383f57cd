"""What a platform and Prometheus ask of the process."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, Response
from pydantic import BaseModel

from coze_web import metrics
from coze_web.errors import BusyError
from coze_web.openapi import OPERATOR, PLATFORM, Described
from coze_web.openapi.codes import ASKS_COZE
from coze_web.operator import require_operator
from coze_web.services import services
from coze_web.web import answer_error, jsonify

NOT_READY = 503

bp = Blueprint("ops", __name__)


class Health(BaseModel):
    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    status: Literal["ready"] = "ready"


@bp.get("/healthz")
@Described(gives=Health)
def healthz() -> Response:
    """Say that the process answers; asks nothing of Coze, where every call may count against a quota."""
    return jsonify(Health().model_dump())


@bp.get("/readyz")
@Described(gives=Ready, codes=(*ASKS_COZE, "server_restarting"), audience=PLATFORM)
def readyz() -> Response:
    """Say whether visitors can be answered, and if not, why; asks Coze once in a while, and never the bot."""
    coze = services()
    draining = BusyError("server_restarting") if coze.streams.is_draining else None
    problem = draining or coze.readiness.problem()
    return answer_error(problem, NOT_READY) if problem else jsonify(Ready().model_dump())


@bp.get("/metrics")
@Described(media_types=("text/plain",), audience=OPERATOR)
def show_metrics() -> Response:
    """Show the operator what was counted, in Prometheus's text format."""
    require_operator()
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
