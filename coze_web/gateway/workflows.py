"""Workflows and their runs. Source: Coze API reference, workflows."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import cozepy

from coze_web.errors import UpstreamError
from coze_web.gateway.pages import page_of, single
from coze_web.gateway.streams import EventStream
from coze_web.ids import safe_id
from coze_web.refusals import our_errors
from coze_web.resources import BlockingRun, NodeOutput, Page, RunDetails, RunHistory, Workflow

if TYPE_CHECKING:
    from cozepy.workflows.runs.run_histories import WorkflowRunHistory

    from coze_web.call import Call
    from coze_web.gateway.sdk import Door
    from coze_web.inputs import ResumeRequest, RunRequest, WorkflowChatRequest

MAX_NODES = 50  # each costs a call
LONGEST_LOOK = 20.0  # seconds for all of them


class Workflows:
    """`/v1/workflows…` and `/v1/workflow/…`."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._coze = door.patient.workflows
        self._streaming = door.streaming.workflows

    def list(self, workspace_id: str, page_num: int, page_size: int) -> Page[Workflow]:
        """Return a workspace's workflows."""
        ask = partial(self._coze.list, workspace_id=workspace_id, page_num=page_num, page_size=page_size)
        return self._door.ask(lambda: page_of(Workflow, ask(), counted=False))

    def run(self, workflow_id: str, wanted: RunRequest, call: Call) -> BlockingRun:
        """Run a workflow and wait for its result; Coze itself hangs up after 90 s."""
        ask = partial(self._streaming.runs.create, workflow_id=workflow_id, **_home(wanted))
        return self._door.ask(lambda: single(BlockingRun, ask()), call)

    def stream(self, workflow_id: str, wanted: RunRequest, call: Call) -> EventStream:
        """Run a workflow and hear of each node; another thread may `call.hang_up()` meanwhile."""
        ask = partial(self._streaming.runs.stream, workflow_id=workflow_id, **_home(wanted))
        return self._door.ask(lambda: EventStream(ask()), call)

    def resume(self, workflow_id: str, wanted: ResumeRequest, call: Call) -> EventStream:
        """Go on with a run that was interrupted; Coze allows three times."""
        ask = partial(
            self._streaming.runs.resume,
            workflow_id=workflow_id,
            event_id=wanted.event_id,
            resume_data=wanted.resume_data,
            interrupt_type=wanted.interrupt_type,
        )
        return self._door.ask(lambda: EventStream(ask()), call)

    def chat(self, workflow_id: str, wanted: WorkflowChatRequest, call: Call) -> EventStream:
        """Run a chatflow with one question; its events are those of a chat."""
        conversation_id = wanted.conversation_id
        # A Studio wants a conversation, or the name of one that belongs to the app.
        if conversation_id is None and wanted.bot_id:
            conversation_id = self._door.begin_conversation(wanted.bot_id, call)
        ask = partial(
            self._streaming.chat.stream,
            workflow_id=workflow_id,
            additional_messages=[cozepy.Message.build_user_question_text(wanted.message)],
            conversation_id=conversation_id,
            **_home(wanted),
        )
        return self._door.ask(lambda: EventStream(ask()), call)

    def history(self, workflow_id: str, execute_id: str) -> RunHistory:
        """Return what Coze has kept of one run, without the outputs of its nodes."""
        return self._door.ask(lambda: RunHistory.model_validate(self._retrieve(workflow_id, execute_id)))

    def details(self, workflow_id: str, execute_id: str) -> RunDetails:
        """Return what Coze has kept of one run, with the outputs of its nodes."""
        found = self._door.ask(lambda: self._retrieve(workflow_id, execute_id))
        nodes = list((found.node_execute_status or {}).items())
        with our_errors():
            details = RunDetails(
                run=RunHistory.model_validate(found),
                nodes=[NodeOutput.model_validate({"name": name, **node.model_dump()}) for name, node in nodes],
                has_more_nodes=len(nodes) > MAX_NODES,
                logid=found.response.logid,
            )
        give_up = time.monotonic() + LONGEST_LOOK
        shown = [self._with_output(workflow_id, execute_id, node, give_up) for node in details.nodes[:MAX_NODES]]
        return details.model_copy(update={"nodes": shown})

    def _retrieve(self, workflow_id: str, execute_id: str) -> WorkflowRunHistory:
        return self._coze.runs.run_histories.retrieve(workflow_id=workflow_id, execute_id=execute_id)

    def _with_output(self, workflow_id: str, execute_id: str, node: NodeOutput, give_up: float) -> NodeOutput:
        # Coze keeps outputs for a day, and asks to be polled gently; the run is worth showing without some of them.
        if not safe_id(node.node_execute_uuid):
            return node
        if time.monotonic() > give_up:
            return node.model_copy(update={"error": "upstream_too_long"})
        ask = self._door.brief.workflows.runs.run_histories.execute_nodes.retrieve
        try:
            with our_errors():
                found = ask(workflow_id=workflow_id, execute_id=execute_id, node_execute_uuid=node.node_execute_uuid)
        except UpstreamError as error:
            return node.model_copy(update={"error": error.code})
        return node.model_copy(update={"output": found.node_output})


def _home(wanted: RunRequest | WorkflowChatRequest) -> dict[str, Any]:
    return {"parameters": wanted.parameters, "bot_id": wanted.bot_id, "app_id": wanted.app_id}
