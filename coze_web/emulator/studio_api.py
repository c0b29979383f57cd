"""What a Studio has and the cloud has not: `/v1/workflow/get_run_history`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from coze_web.emulator.fields import required
from coze_web.emulator.histories_api import view_history
from coze_web.emulator.replies import ok
from coze_web.emulator.services import services

bp = Blueprint("studio", __name__, url_prefix="/v1/workflow")


@bp.get("/get_run_history")
def run_history() -> Response:
    """Show a run as it stands; its ids are numbers, and its nodes are not shown."""
    run = services().store.runs.find(required(request.args, "workflow_id"), required(request.args, "execute_id"))
    found = view_history(run, services().clock.time())
    gone = {"logid", "error_message", "node_execute_status", "is_output_trimmed", "usage"}
    kept = {name: value for name, value in found.items() if name not in gone}
    numbers = {name: int(found[name]) for name in ("execute_id", "bot_id", "connector_id")}
    more = {"log_id": found["logid"], "error_msg": found["error_message"], "token": found["usage"]["token_count"]}
    return ok([{**kept, **numbers, **more}])
