"""What became of a run, and what its nodes gave."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coze_web.emulator import BOT_ID, WORKFLOW_ID
from coze_web.emulator.workflows import UNPUBLISHED_WORKFLOW_ID
from tests.emulator_caller import Caller, event_id, run_events


@pytest.fixture
def coze() -> Caller:
    return Caller()


def node(coze: Caller, execute_id: str, title: str) -> Any:
    """Return what a node gave, and whether both places agree that it is finished."""
    status = coze.history(execute_id)["node_execute_status"][title]
    path = f"/v1/workflows/{WORKFLOW_ID}/run_histories/{execute_id}/execute_nodes/{status['node_execute_uuid']}"
    data = coze.get(path)["data"]
    assert data["is_finish"] is status["is_finish"]
    return data


def streamed_id(body: bytes) -> str:
    done = run_events(body)[-1][1]["debug_url"]
    return str(done.partition("execute_id=")[2].partition("&")[0])


@pytest.mark.parametrize("how", ["synchronous", "streaming", "asynchronous"])
def test_knows_every_run_and_how_it_was_run(coze: Caller, how: str) -> None:
    if how == "streaming":
        execute_id = streamed_id(coze.stream_run("/echo a").data)
    else:
        execute_id = coze.run("/echo a", is_async=how == "asynchronous")["execute_id"]
    coze.clock.now += 60
    found = coze.history(execute_id)
    assert found["execute_id"] == execute_id
    assert found["run_mode"] == ["synchronous", "streaming", "asynchronous"].index(how)
    assert (found["execute_status"], found["output"], found["error_code"]) == ("Success", '{"output":"a"}', "")
    assert found["usage"]["output_count"] == 1
    assert found["is_output_trimmed"] is False


def test_tells_for_which_bot_and_user_it_ran(coze: Caller) -> None:
    execute_id = coze.run("hi", bot_id=BOT_ID, ext={"user_id": "me"})["execute_id"]
    found = coze.history(execute_id)
    assert (found["bot_id"], found["connector_uid"], found["connector_id"]) == (BOT_ID, "me", "1024")
    assert coze.history(coze.run("hi")["execute_id"])["bot_id"] == "0"


def test_tells_what_each_node_gave(coze: Caller) -> None:
    execute_id = coze.run("/echo a")["execute_id"]
    assert json.loads(node(coze, execute_id, "Start")["node_output"]) == {"input": "/echo a"}
    assert node(coze, execute_id, "Model")["node_output"] == "a"
    assert node(coze, execute_id, "End")["node_output"] == '{"output":"a"}'


def test_a_running_run_is_through_with_its_first_node_only(coze: Caller) -> None:
    execute_id = coze.run("/slow 60", is_async=True)["execute_id"]
    assert [node(coze, execute_id, title)["is_finish"] for title in ("Start", "Model", "End")] == [True, False, False]
    assert node(coze, execute_id, "End")["node_output"] == ""
    found = coze.history(execute_id)
    assert (found["output"], found["usage"]["output_count"]) == ("", 0)


def test_a_synchronous_run_is_running_as_long_as_its_caller_waits(coze: Caller) -> None:
    seen = []

    def look() -> None:
        execute_id = coze.get("/_emulator/journal")["entries"][0]["execute_id"]
        seen.append(coze.history(execute_id)["execute_status"])

    coze.clock.when_asleep = look
    coze.run("/slow 2")
    assert set(seen[:-1]) == {"Running"}
    assert seen[-1] == "Success"


def test_a_question_is_finished_when_it_is_answered(coze: Caller) -> None:
    asked = event_id(coze.stream_run("/ask").data)
    execute_id = asked.partition("/")[0]
    assert coze.history(execute_id)["execute_status"] == "Running"
    assert node(coze, execute_id, "Question") == {"is_finish": False, "node_output": ""}
    assert coze.resume(asked, "Paris").data
    assert json.loads(node(coze, execute_id, "Question")["node_output"]) == {"USER_RESPONSE": "Paris"}
    assert coze.history(execute_id)["execute_status"] == "Success"


def test_does_not_know_what_nobody_ran(coze: Caller) -> None:
    execute_id = coze.run("hi")["execute_id"]
    for workflow_id, run_id in ((WORKFLOW_ID, "1"), (UNPUBLISHED_WORKFLOW_ID, execute_id)):
        assert coze.get(f"/v1/workflows/{workflow_id}/run_histories/{run_id}")["code"] == 4314
    path = f"/v1/workflows/{WORKFLOW_ID}/run_histories/{execute_id}/execute_nodes/1"
    assert coze.get(path)["code"] == 4314
