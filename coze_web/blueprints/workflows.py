"""`/api/v1/coze/workflows`: the owner's workflows, their runs, and the log of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g

from coze_web.answers import ChatflowAnswer, ResultAnswer, RunAnswer
from coze_web.exchange import NoFrames, RunExchange
from coze_web.inputs import ResumeRequest, RunRequest, RunsQuery, WorkflowChatRequest, WorkflowsQuery
from coze_web.operator import operator_blueprint, show
from coze_web.reading import read_body, read_query
from coze_web.recording import Recording, new_run
from coze_web.runlog import RunFilter
from coze_web.services import services
from coze_web.web import CLIENT_CLOSED_REQUEST, event_stream, wait_for_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from coze_web.call import Call
    from coze_web.exchange import AnyRun, Incoming
    from coze_web.relay import Relay
    from coze_web.runlog import NewRun

bp = operator_blueprint("workflows")


@bp.get("")
def list_workflows() -> Response:
    """List a workspace's workflows."""
    wanted = read_query(WorkflowsQuery)
    return show(services().gateway.workflows.list(wanted.workspace_id, wanted.page_num, wanted.page_size))


@bp.post("/<workflow_id>/run")
def run_workflow(workflow_id: str) -> Response:
    """Run a workflow; answer with its result, or with `"stream": true` as an event stream."""
    wanted, workflows = read_body(RunRequest), services().gateway.workflows
    new = new_run(workflow_id, "streaming" if wanted.stream else "blocking", wanted.parameters, g.request_id)
    if wanted.stream:
        return event_stream(_open(lambda call: workflows.stream(workflow_id, wanted, call), RunAnswer(), new))
    answer = ResultAnswer()

    def wait_for_result(call: Call) -> NoFrames:
        return NoFrames(answer.receive(workflows.run(workflow_id, wanted, call)))

    is_whole = wait_for_whole(_open(wait_for_result, answer, new))
    return show(answer.result) if is_whole and answer.result else Response(status=CLIENT_CLOSED_REQUEST)


@bp.post("/<workflow_id>/resume")
def resume_workflow(workflow_id: str) -> Response:
    """Go on with an interrupted run, as an event stream."""
    wanted, workflows = read_body(ResumeRequest), services().gateway.workflows
    new = new_run(workflow_id, "resumed", wanted.model_dump(), g.request_id, wanted.execute_id)
    return event_stream(_open(lambda call: workflows.resume(workflow_id, wanted, call), RunAnswer(), new))


@bp.post("/<workflow_id>/chat")
def chat_with_workflow(workflow_id: str) -> Response:
    """Run a chatflow with one message, as an event stream of a chat."""
    wanted = read_body(WorkflowChatRequest)
    if not wanted.bot_id and not wanted.app_id:
        wanted = wanted.model_copy(update={"bot_id": services().bot_id})
    workflows = services().gateway.workflows
    asked = {"message": wanted.message, "parameters": wanted.parameters}
    new = new_run(workflow_id, "chat", asked, g.request_id)
    return event_stream(_open(lambda call: workflows.chat(workflow_id, wanted, call), ChatflowAnswer(), new))


@bp.get("/<workflow_id>/runs/<execute_id>")
def retrieve_run(workflow_id: str, execute_id: str) -> Response:
    """Show what Coze has kept of one run, the outputs of its nodes included."""
    return show(services().gateway.workflows.details(workflow_id, execute_id))


@bp.get("/runs")
def list_runs() -> Response:
    """Search the log of runs that were started through this site."""
    return show(services().runlog.page(RunFilter(**read_query(RunsQuery).model_dump())))


def _open(ask: Callable[[Call], Incoming], answer: AnyRun, new: NewRun) -> Relay:
    exchange = RunExchange(ask, answer, Recording(services().runlog, new))
    return services().streams.open(exchange, g.request_id)
