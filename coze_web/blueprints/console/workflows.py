"""The owner's workflows: run one, and watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from coze_web.blueprints.console.base import bp, fault, page
from coze_web.blueprints.console.workspaces import list_page
from coze_web.errors import CozeWebError, RequestError
from coze_web.inputs import ResumeRequest, RunRequest, WorkflowsQuery
from coze_web.json_body import json_object
from coze_web.launch import stream_resumed, stream_run, wait_for_run
from coze_web.reading import read_body, read_values
from coze_web.runlog import RunFilter
from coze_web.services import services
from coze_web.waiting import CLIENT_CLOSED_REQUEST, longest_silence

if TYPE_CHECKING:
    from coze_web.resources import BlockingRun

LOOKED_AT = 10  # runs, for the parameters of the last one
RUN_MODES = {"streaming", "blocking"}
FIELDS = ("parameters", "bot_id", "app_id")


@bp.get("/workflows")
def workflows() -> Response:
    """List a workspace's workflows."""
    return list_page("workflows", WorkflowsQuery, services().gateway.workflows.list)


@bp.get("/workflows/<workflow_id>")
def workflow(workflow_id: str) -> Response:
    """Show the form to run a workflow, with what the last run was given: Coze does not tell what it takes."""
    return _form(workflow_id, {"parameters": _last_parameters(workflow_id)})


@bp.post("/workflows/<workflow_id>")
def run_workflow(workflow_id: str) -> Response:
    """Run a workflow and show its result, for browsers that run no script."""
    given = {name: text for name in FIELDS if (text := request.form.get(name, "").strip())}
    try:
        parameters = json_object(given.get("parameters", "{}").encode("utf-8", "replace"))
        wanted = read_values(RunRequest, {**given, "parameters": parameters})
    except RequestError as error:
        return _form(workflow_id, given, error)
    result = wait_for_run(workflow_id, wanted)
    return _form(workflow_id, given, result=result) if result else Response(status=CLIENT_CLOSED_REQUEST)


@bp.post("/workflows/<workflow_id>/stream")
def watch_run(workflow_id: str) -> Response:
    """Run a workflow and stream what happens, to the console's script."""
    return stream_run(workflow_id, read_body(RunRequest))


@bp.post("/workflows/<workflow_id>/resume")
def watch_resumed(workflow_id: str) -> Response:
    """Go on with an interrupted run and stream what happens, to the console's script."""
    return stream_resumed(workflow_id, read_body(ResumeRequest))


def _form(
    workflow_id: str, given: dict[str, str], error: CozeWebError | None = None, result: BlockingRun | None = None
) -> Response:
    silence_ms = longest_silence(services().settings.heartbeat)
    given = {**dict.fromkeys(FIELDS, ""), **given}
    values = {"given": given, "problem": error and fault(error), "result": result, "silence_ms": silence_ms}
    response = page("workflow", workflow_id=workflow_id, **values)
    response.status_code = error.status if error else 200
    return response


def _last_parameters(workflow_id: str) -> str:
    try:
        runs = services().runlog.page(RunFilter(workflow_id=workflow_id, page_size=LOOKED_AT)).items
    except CozeWebError:  # the form is of use without it
        runs = []
    return next((run.parameters for run in runs if run.mode in RUN_MODES and not run.parameters_cut), "") or "{}"
