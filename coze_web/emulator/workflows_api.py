"""What workflows there are: `/v1/workflows` and `/v1/workflows/{id}`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from coze_web.emulator.access import require_token
from coze_web.emulator.bots import require_workspace
from coze_web.emulator.fields import one_of
from coze_web.emulator.paging import read_page
from coze_web.emulator.replies import ok
from coze_web.emulator.workflows import WORKFLOWS, Workflow, find_workflow

bp = Blueprint("workflows", __name__, url_prefix="/v1/workflows")
bp.before_request(require_token)

MOST_WORKFLOWS = 30
MODES = ("all", "workflow", "chatflow")
STATUSES = ("published_online", "unpublished_draft", "all")


@bp.get("")
def list_workflows() -> Response:
    """List the workflows of a workspace; without a `publish_status` those that are published."""
    if request.args.get("workspace_id"):
        require_workspace(request.args["workspace_id"])
    page = read_page(request.args, size=10, most=MOST_WORKFLOWS)
    found = [workflow for workflow in WORKFLOWS if _is_wanted(workflow)]
    return ok({"items": [workflow.view() for workflow in page.cut(found)], "has_more": page.has_more(found)})


@bp.get("/<workflow_id>")
def retrieve(workflow_id: str) -> Response:
    """Show a workflow."""
    return ok({"workflow_detail": find_workflow(workflow_id).view()})


def _is_wanted(workflow: Workflow) -> bool:
    mode = one_of(request.args, "workflow_mode", MODES)
    status = one_of(request.args, "publish_status", STATUSES)
    return (
        mode in {"all", workflow.mode}
        and status in {"all", "published_online" if workflow.published else "unpublished_draft"}
        and request.args.get("app_id", workflow.app_id) in {"", workflow.app_id}
    )
