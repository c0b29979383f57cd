"""The workflow of the emulator, run by both clients of the official Python SDK."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cozepy import ChatEventType, CozeAPIError, Message, WorkflowEventType
from cozepy.workflows.runs.run_histories import WorkflowExecuteStatus, WorkflowRunMode

from coze_web.emulator import BOT_ID, WORKFLOW_ID, WORKSPACE_ID
from coze_web.emulator.workflows import UNPUBLISHED_WORKFLOW_ID
from tests.e2e.sdk_clients import is_refused, poll, question


def order(text: str, **fields: Any) -> dict[str, Any]:
    return {"workflow_id": WORKFLOW_ID, "parameters": {"input": text}, **fields}


def history(sdk: Any, execute_id: str) -> Any:
    return sdk.workflows.runs.run_histories.retrieve(workflow_id=WORKFLOW_ID, execute_id=execute_id)


def output(events: list[Any]) -> str:
    """Return the output in the result of the End node."""
    return str(json.loads(events[-1].message.content)["output"])


def test_lists_and_shows_workflows(sdk: Any) -> None:
    # Plain text: the SDK sends its own enums in a form that only the emulator takes.
    listed = list(sdk.workflows.list(workspace_id=WORKSPACE_ID, publish_status="all", page_size=1))
    assert [workflow.workflow_id for workflow in listed] == [WORKFLOW_ID, UNPUBLISHED_WORKFLOW_ID]
    detail = sdk.workflows.retrieve(workflow_id=WORKFLOW_ID).workflow_detail
    assert detail == listed[0]
    is_refused(4200, lambda: sdk.workflows.retrieve(workflow_id="1"))
    # The SDK's own page size is more than Coze gives.
    is_refused(4000, lambda: sdk.workflows.list(workspace_id=WORKSPACE_ID))


def test_runs_and_waits(sdk: Any) -> None:
    result = sdk.workflows.runs.create(**order("/echo 你好", bot_id=BOT_ID))
    assert json.loads(result.data) == {"output": "你好"}
    assert result.usage.output_count == 1
    found = history(sdk, result.execute_id)
    assert (found.execute_status, found.run_mode) == (WorkflowExecuteStatus.SUCCESS, WorkflowRunMode.SYNCHRONOUS)
    assert (found.bot_id, found.output) == (BOT_ID, result.data)


def test_runs_and_does_not_wait(sdk: Any) -> None:
    result = sdk.workflows.runs.create(**order("/slow 1", is_async=True))
    assert result.debug_url
    assert history(sdk, result.execute_id).execute_status == WorkflowExecuteStatus.RUNNING
    running = WorkflowExecuteStatus.RUNNING
    found = poll(lambda: history(sdk, result.execute_id), lambda now: now.execute_status != running)
    assert (found.execute_status, found.run_mode) == (WorkflowExecuteStatus.SUCCESS, WorkflowRunMode.ASYNCHRONOUS)
    end = found.node_execute_status["End"]
    node = sdk.workflows.runs.run_histories.execute_nodes.retrieve(
        workflow_id=WORKFLOW_ID, execute_id=result.execute_id, node_execute_uuid=end.node_execute_uuid
    )
    assert (node.is_finish, node.node_output) == (True, found.output)


def test_streams_a_run(sdk: Any) -> None:
    events = list(sdk.workflows.runs.stream(**order("/say 5")))
    assert [event.id for event in events] == list(range(6))
    assert "".join(event.message.content for event in events[:-1]) == output(events) == "1 2 3 4 5 "


def test_answers_the_question_of_a_run(sdk: Any) -> None:
    interrupt = list(sdk.workflows.runs.stream(**order("/ask")))[-1]
    assert interrupt.event == WorkflowEventType.INTERRUPT
    data = interrupt.interrupt.interrupt_data
    fields = {"workflow_id": WORKFLOW_ID, "resume_data": "Paris", "interrupt_type": data.type}
    is_refused(4315, lambda: sdk.workflows.runs.resume(**fields, event_id=f"{data.event_id}0"))
    assert "Paris" in output(list(sdk.workflows.runs.resume(**fields, event_id=data.event_id)))
    is_refused(4315, lambda: sdk.workflows.runs.resume(**fields, event_id=data.event_id))


def test_a_run_that_fails_tells_why_and_where(sdk: Any) -> None:
    event = list(sdk.workflows.runs.stream(**order("/fault fail")))[-1]
    assert (event.event, event.error.error_code) == (WorkflowEventType.ERROR, 720701013)
    with pytest.raises(CozeAPIError, match="720701013") as refusal:
        sdk.workflows.runs.create(**order("/fault fail"))
    assert refusal.value.debug_url
    found = history(sdk, refusal.value.debug_url.partition("execute_id=")[2].partition("&")[0])
    assert (found.execute_status, found.error_code) == (WorkflowExecuteStatus.FAIL, 720701013)


def test_chats_with_the_workflow(sdk: Any) -> None:
    def say(text: str, **fields: Any) -> list[Any]:
        said = [Message.build_user_question_text(text)]
        return list(
            sdk.workflows.chat.stream(
                workflow_id=WORKFLOW_ID, bot_id=BOT_ID, parameters={}, additional_messages=said, **fields
            )
        )

    asked = say("/ask")
    assert asked[-1].event == ChatEventType.CONVERSATION_CHAT_REQUIRES_ACTION
    answered = say("Paris", conversation_id=asked[-1].chat.conversation_id)
    assert answered[-1].event == ChatEventType.CONVERSATION_CHAT_COMPLETED
    assert "Paris" in "".join(event.message.content for event in answered if event.message)


def test_refuses_what_cannot_be_run(sdk: Any, stranger: Any) -> None:
    runs = sdk.workflows.runs
    is_refused(4200, lambda: runs.create(workflow_id=UNPUBLISHED_WORKFLOW_ID))
    is_refused(4000, lambda: runs.stream(**order("hi", bot_id=BOT_ID, app_id="1")))
    is_refused(6039, lambda: runs.create(**order("/ask")))
    is_refused(4314, lambda: history(sdk, "1"))
    is_refused(700012006, lambda: stranger.workflows.runs.create(**order("hi")))
    is_refused(4100, lambda: stranger.workflows.runs.stream(**order("hi")))
    is_refused(4101, lambda: stranger.chat.stream(**question("hi")))
