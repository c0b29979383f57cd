"""The owner's workflows: run one, and watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, redirect, request, url_for

from coze_web.blueprints.console.base import bp, page
from coze_web.blueprints.console.workspaces import list_page
from coze_web.errors import CozeWebError
from coze_web.inputs import ResumeRequest, RunRequest, WorkflowsQuery
from coze_web.json_body import json_object
from coze_web.launch import stream_resumed, stream_run, wait_for_run
from coze_web.reading import read_body, read_values
from coze_web.runlog import RunFilter
from coze_web.services import services
from coze_web.waiting import CLIENT_CLOSED_REQUEST, longest_silence

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from coze_web.resources import BlockingRun

LOOKED_AT = 10  # runs, for the parameters of the last one
RUN_MODES = {"streaming", "blocking"}
FIELDS = ("parameters", "bot_id", "app_id")


@bp.get("/workflows")
def workflows() -> AnyResponse:
    """List a workspace's workflows; `workflow_id` leads to one that no list shows."""
    if workflow_id := request.args.get("workflow_id", "").strip():
        return redirect(url_for(".workflow", workflow_id=workflow_id), 303)
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
        result = wait_for_run(workflow_id, read_values(RunRequest, {**given, "parameters": parameters}))
    except CozeWebError as error:
        return _form(workflow_id, given, error)
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
    return page("workflow", error, workflow_id=workflow_id, given=given, result=result, silence_ms=silence_ms)


def _last_parameters(workflow_id: str) -> str:
    try:
        runs = services().runlog.page(RunFilter(workflow_id=workflow_id, page_size=LOOKED_AT)).items
    except CozeWebError:  # the form is of use without it
        runs = []
    return next((run.parameters for run in runs if run.mode in RUN_MODES and not run.parameters_cut), "") or "{}"
