"""What became of a run: `/v1/workflows/{id}/run_histories/*`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from coze_web.emulator.access import require_token
from coze_web.emulator.chats import NO_USAGE
from coze_web.emulator.owner import API_CONNECTOR
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.replies import ok
from coze_web.emulator.services import services

if TYPE_CHECKING:
    from coze_web.emulator.runs import Execution, Run

bp = Blueprint("histories", __name__, url_prefix="/v1/workflows/<workflow_id>/run_histories/<execute_id>")
bp.before_request(require_token)


@bp.get("")
def retrieve(workflow_id: str, execute_id: str) -> Response:
    """Show a run as it stands: synchronous, streamed or asynchronous."""
    run = services().store.runs.find(workflow_id, execute_id)
    return ok([view_history(run, services().clock.time())])


@bp.get("/execute_nodes/<uuid>")
def retrieve_node(workflow_id: str, execute_id: str, uuid: str) -> Response:
    """Show what one node of a run gave."""
    run = services().store.runs.find(workflow_id, execute_id)
    execution = next((execution for execution in run.executions if execution.uuid == uuid), None)
    if execution is None:
        # Unverified: the code.
        raise Refusal(4314)
    finished = run.is_finished(execution, services().clock.time())
    return ok({"is_finish": finished, "node_output": execution.output if finished else ""})


def view_history(run: Run, now: float) -> dict[str, Any]:
    """Return the history of a run as it stands `now`."""
    status = run.status(now)
    error = run.error if run.error and status == "Fail" else {"code": "", "msg": ""}
    return {
        "execute_id": run.id,
        "execute_status": status,
        "bot_id": run.order.bot_id or "0",
        "connector_id": API_CONNECTOR,
        "connector_uid": run.order.user_id,
        "run_mode": run.mode,
        "logid": run.logid,
        "create_time": int(run.created_at),
        "update_time": int(min(now, run.due)),
        "output": run.output if status == "Success" else "",
        "error_code": str(error["code"]),
        "error_message": error["msg"],
        "debug_url": run.debug_url,
        "usage": run.usage if status == "Success" else NO_USAGE,
        "is_output_trimmed": False,
        "node_execute_status": {one.node.title: _node(run, one, now) for one in run.executions},
    }


def _node(run: Run, execution: Execution, now: float) -> dict[str, Any]:
    return {
        "node_id": execution.node.id,
        "is_finish": run.is_finished(execution, now),
        "update_time": int(min(now, run.due)),
        "node_execute_uuid": execution.uuid,
        "loop_index": 0,
        "batch_index": 0,
        "sub_execute_id": "0",
    }
