"""`/api/v1/coze/workflows`: the owner's workflows, their runs, and the log of runs."""

from __future__ import annotations

from flask import Response

from coze_web.inputs import ResumeRequest, RunRequest, RunsQuery, WorkflowChatRequest, WorkflowsQuery
from coze_web.launch import stream_chat, stream_resumed, stream_run, wait_for_run
from coze_web.openapi import Described
from coze_web.openapi.codes import ASKS_COZE
from coze_web.openapi.events import CHATFLOW_EVENTS, RUN_EVENTS
from coze_web.operator import operator_blueprint, show
from coze_web.reading import read_body, read_query
from coze_web.resources import BlockingRun, Page, RunDetails, Workflow
from coze_web.runlog import RunFilter, RunPage
from coze_web.services import services
from coze_web.waiting import CLIENT_CLOSED_REQUEST

bp = operator_blueprint("workflows")


@bp.get("")
@Described(query=WorkflowsQuery, gives=Page[Workflow], codes=ASKS_COZE)
def list_workflows() -> Response:
    """List a workspace's workflows."""
    wanted = read_query(WorkflowsQuery)
    return show(services().gateway.workflows.list(wanted.workspace_id, wanted.page_num, wanted.page_size))


@bp.post("/<workflow_id>/run")
@Described(body=RunRequest, gives=BlockingRun, events=RUN_EVENTS)
def run_workflow(workflow_id: str) -> Response:
    """Run a workflow; answer with its result, or with `"stream": true` as an event stream."""
    wanted = read_body(RunRequest)
    if wanted.stream:
        return stream_run(workflow_id, wanted)
    result = wait_for_run(workflow_id, wanted)
    return show(result) if result else Response(status=CLIENT_CLOSED_REQUEST)


@bp.post("/<workflow_id>/resume")
@Described(body=ResumeRequest, events=RUN_EVENTS)
def resume_workflow(workflow_id: str) -> Response:
    """Go on with an interrupted run, as an event stream."""
    return stream_resumed(workflow_id, read_body(ResumeRequest))


@bp.post("/<workflow_id>/chat")
@Described(body=WorkflowChatRequest, events=CHATFLOW_EVENTS)
def chat_with_workflow(workflow_id: str) -> Response:
    """Run a chatflow with one message, as an event stream of a chat."""
    return stream_chat(workflow_id, read_body(WorkflowChatRequest))


@bp.get("/<workflow_id>/runs/<execute_id>")
@Described(gives=RunDetails, codes=ASKS_COZE)
def retrieve_run(workflow_id: str, execute_id: str) -> Response:
    """Show what Coze has kept of one run, the outputs of its nodes included."""
    return show(services().gateway.workflows.details(workflow_id, execute_id))


@bp.get("/runs")
@Described(query=RunsQuery, gives=RunPage, codes=("bad_cursor", "runlog_unavailable"))
def list_runs() -> Response:
    """Search the log of runs that were started through this site."""
    return show(services().runlog.page(RunFilter(**read_query(RunsQuery).model_dump())))
