"""The runs of the demo workflow: what they answer and stream, and how they are interrupted and resumed."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from coze_web.emulator import BOT_ID, WORKFLOW_ID
from coze_web.emulator.stream import SOCKET
from coze_web.emulator.workflows import UNPUBLISHED_WORKFLOW_ID
from tests.emulator_caller import Caller, event_id, run_events


@pytest.fixture
def coze() -> Caller:
    return Caller()


def names(body: bytes) -> list[str]:
    """Return the names of the events, with repetitions folded."""
    found = [name for name, _ in run_events(body)]
    return [name for n, name in enumerate(found) if n == 0 or name != found[n - 1]]


def output(body: bytes) -> str:
    """Return the output in the result of the End node."""
    result = next(data for name, data in run_events(body) if name == "Message" and data["node_title"] == "")
    return str(json.loads(result["content"])["output"])


# Blocking


def test_answers_when_it_is_through(coze: Caller) -> None:
    started = coze.clock.now
    answer = coze.run("/say 5")
    assert json.loads(answer["data"]) == {"output": "1 2 3 4 5 "}
    assert coze.clock.now - started == pytest.approx(0.5)
    assert answer["usage"] == {"token_count": 7, "output_count": 5, "input_count": 2}
    assert f"execute_id={answer['execute_id']}&" in answer["debug_url"]
    assert answer["detail"]["logid"]


@pytest.mark.parametrize("parameters", [{"input": "/echo a"}, '{"input": "/echo a"}'])
def test_takes_its_parameters_as_an_object_or_as_text(coze: Caller, parameters: Any) -> None:
    assert coze.run("", parameters=parameters)["data"] == '{"output":"a"}'


def test_takes_its_time_and_notices_that_the_client_has_left(coze: Caller) -> None:
    ours, theirs = socket.socketpair()
    started = coze.clock.now

    def leave() -> None:
        if coze.clock.now > started + 10:
            theirs.close()

    coze.clock.when_asleep = leave
    body = {"workflow_id": WORKFLOW_ID, "parameters": {"input": "/slow 60"}}
    with ours, pytest.raises(ConnectionResetError):
        coze.client.post("/v1/workflow/run", json=body, headers=coze.headers, environ_overrides={SOCKET: ours})
    assert coze.clock.now - started == pytest.approx(10, abs=0.6)


def test_is_refused_with_a_question(coze: Caller) -> None:
    assert coze.run("/ask")["code"] == 6039


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"workflow_id": None}, 4000),
        ({"workflow_id": "1"}, 4200),
        ({"workflow_id": UNPUBLISHED_WORKFLOW_ID}, 4200),
        ({"bot_id": BOT_ID}, 0),
        ({"bot_id": "1"}, 4200),
        ({"app_id": "1"}, 0),
        ({"bot_id": BOT_ID, "app_id": "1"}, 4000),
        ({"parameters": None}, 0),
        ({"parameters": []}, 4000),
        ({"parameters": "[]"}, 4000),
        ({"parameters": "\ud800"}, 4000),
        ({"parameters": {"input": 1}}, 4000),
        ({"ext": []}, 4000),
        ({"is_async": "yes"}, 4000),
    ],
)
def test_refuses_what_is_no_order(coze: Caller, fields: dict[str, Any], code: int) -> None:
    assert coze.run("hi", **fields)["code"] == code
    if "is_async" not in fields:
        reply = coze.stream_run("hi", **fields)
        assert (reply.get_json(silent=True) or {"code": 0})["code"] == code


# Asynchronous


def test_promises_at_once_and_finishes_by_the_clock(coze: Caller) -> None:
    started = coze.clock.now
    promise = coze.run("/say 10", is_async=True)
    assert coze.clock.now == started
    assert set(promise) == {"code", "msg", "detail", "execute_id", "debug_url"}
    assert coze.history(promise["execute_id"])["execute_status"] == "Running"
    coze.clock.now += 1.1
    found = coze.history(promise["execute_id"])
    assert (found["execute_status"], found["run_mode"]) == ("Success", 2)
    assert found["output"] == '{"output":"1 2 3 4 5 6 7 8 9 10 "}'


# Streamed


def test_streams_the_model_piece_by_piece_and_then_the_result(coze: Caller) -> None:
    response = coze.stream_run("/echo 你好 you")
    assert response.content_type == "text/event-stream"
    model = [data for _, data in run_events(response.data) if data.get("node_title") == "Model"]
    assert [(one["content"], one["node_seq_id"], one["node_is_finish"]) for one in model] == [
        ("你好", "0", False),
        (" you", "1", True),
    ]
    assert output(response.data) == "你好 you"
    assert names(response.data) == ["Message", "Done"]


def test_the_address_in_done_is_escaped_as_the_cloud_does(coze: Caller) -> None:
    body = coze.stream_run("hi").data
    assert body.count(b"\\u0026space_id=") == 1
    assert "&space_id=" in run_events(body)[-1][1]["debug_url"]


def test_streams_an_empty_output(coze: Caller) -> None:
    assert [name for name, _ in run_events(coze.stream_run("/echo ").data)] == ["Message", "Done"]


# Interrupted


def test_asks_and_goes_on_with_the_answer(coze: Caller) -> None:
    asked = coze.stream_run("/ask").data
    question, interrupt = run_events(asked)
    assert (question[1]["node_title"], question[1]["node_is_finish"]) == ("Question", True)
    assert interrupt[1]["node_title"] == "Question"
    assert interrupt[1]["interrupt_data"]["type"] == 2
    resumed = coze.resume(event_id(asked), "Paris").data
    assert "Paris" in output(resumed)
    assert names(resumed) == ["Message", "Done"]
    assert coze.journal() == ["opened", "finished", "resumed", "finished"]


def test_can_be_resumed_three_times_and_then_fails(coze: Caller) -> None:
    body = coze.stream_run("/ask 4").data
    for answer in ("a", "b"):
        body = coze.resume(event_id(body), answer).data
    last = event_id(body)
    name, data = run_events(coze.resume(last, "c").data)[-1]
    assert (name, data["error_code"]) == ("Error", 720701013)
    assert coze.resume(last, "d").get_json()["code"] == 4315
    assert coze.history(last.partition("/")[0])["execute_status"] == "Fail"


def test_an_event_can_be_answered_once(coze: Caller) -> None:
    asked = event_id(coze.stream_run("/ask").data)
    coze.resume(asked, "a").close()
    assert coze.resume(asked, "b").get_json()["code"] == 4315


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"event_id": "1/2"}, 4314),
        ({"event_id": ""}, 4000),
        ({"resume_data": ""}, 4000),
        ({"interrupt_type": 5}, 4000),
        ({"interrupt_type": None}, 4000),
        ({"workflow_id": "1"}, 4200),
        ({"workflow_id": UNPUBLISHED_WORKFLOW_ID}, 4200),
    ],
)
def test_refuses_to_resume_what_there_is_not(coze: Caller, fields: dict[str, Any], code: int) -> None:
    asked = event_id(coze.stream_run("/ask").data)
    assert coze.resume(asked, "a", **fields).get_json()["code"] == code
    assert coze.resume(asked, "a").status_code == 200


def test_refuses_another_event_of_the_same_run(coze: Caller) -> None:
    asked = event_id(coze.stream_run("/ask").data)
    execute_id = asked.partition("/")[0]
    for unknown in (f"{execute_id}/1", f"{execute_id}/", execute_id):
        assert coze.resume(unknown, "a").get_json()["code"] == 4315
