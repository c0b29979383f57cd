"""Starts runs of workflows, for the operator API and the console alike; every run is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web import current
from coze_web.answers import ChatflowAnswer, ResultAnswer, RunAnswer
from coze_web.exchange import NoFrames, RunExchange
from coze_web.recording import Recording, new_run
from coze_web.services import services
from coze_web.waiting import event_stream, wait_for_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from coze_web.call import Call
    from coze_web.exchange import AnyRun, Incoming
    from coze_web.inputs import ResumeRequest, RunRequest, WorkflowChatRequest
    from coze_web.relay import Relay
    from coze_web.resources import BlockingRun
    from coze_web.runlog import NewRun


def stream_run(workflow_id: str, wanted: RunRequest) -> Response:
    """Run a workflow; answer with its events.

    Raises:
        NotConfiguredError: the token is not set.
        BusyError: no more can be run at present.

    """
    workflows = services().gateway.workflows
    new = new_run(workflow_id, "streaming", wanted.parameters, current.request_id())
    return event_stream(_open(lambda call: workflows.stream(workflow_id, wanted, call), RunAnswer(), new))


def wait_for_run(workflow_id: str, wanted: RunRequest) -> BlockingRun | None:
    """Run a workflow and return its result, None when who asked has left.

    Raises:
        CozeWebError: see `stream_run`, or it did not come to its proper end.

    """
    workflows, answer = services().gateway.workflows, ResultAnswer()
    new = new_run(workflow_id, "blocking", wanted.parameters, current.request_id())

    def wait(call: Call) -> NoFrames:
        return NoFrames(answer.receive(workflows.run(workflow_id, wanted, call)))

    return answer.result if wait_for_whole(_open(wait, answer, new)) else None


def stream_resumed(workflow_id: str, wanted: ResumeRequest) -> Response:
    """Go on with an interrupted run; see `stream_run`."""
    workflows = services().gateway.workflows
    new = new_run(workflow_id, "resumed", wanted.model_dump(), current.request_id(), wanted.execute_id)
    return event_stream(_open(lambda call: workflows.resume(workflow_id, wanted, call), RunAnswer(), new))


def stream_chat(workflow_id: str, wanted: WorkflowChatRequest) -> Response:
    """Run a chatflow with one message, in the name of the site's bot where none is given; see `stream_run`."""
    if not wanted.bot_id and not wanted.app_id:
        wanted = wanted.model_copy(update={"bot_id": services().bot_id})
    workflows = services().gateway.workflows
    asked = {"message": wanted.message, "parameters": wanted.parameters}
    new = new_run(workflow_id, "chat", asked, current.request_id())
    return event_stream(_open(lambda call: workflows.chat(workflow_id, wanted, call), ChatflowAnswer(), new))


def _open(ask: Callable[[Call], Incoming], answer: AnyRun, new: NewRun) -> Relay:
    exchange = RunExchange(ask, answer, Recording(services().runlog, new))
    return services().streams.open(exchange, current.request_id())
