"""The tools that a chat leaves to its client: it waits for their outputs and then goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator_caller import Caller, answer, events, ids_of, names

PATH = "/v3/chat/submit_tool_outputs"


@pytest.fixture
def coze() -> Caller:
    return Caller()


def waiting(coze: Caller, text: str = "/tool get_weather") -> dict[str, str]:
    ids = coze.start(text)
    assert coze.status(ids) == "requires_action"
    return ids


def call(coze: Caller, ids: dict[str, str]) -> Any:
    action = coze.get("/v3/chat/retrieve", ids)["data"]["required_action"]
    assert action["type"] == "submit_tool_outputs"
    return action["submit_tool_outputs"]["tool_calls"][0]


def outputs(call_id: str, output: str = "sunny", **fields: Any) -> dict[str, Any]:
    return {"tool_outputs": [{"tool_call_id": call_id, "output": output}], **fields}


def test_a_stream_ends_with_what_the_client_has_to_run(coze: Caller) -> None:
    body = coze.ask("/tool get_weather").data
    assert names(body) == ["chat.created", "chat.in_progress", "message.completed", "chat.requires_action", "done"]
    chat = dict(events(body))["conversation.chat.requires_action"]
    function = chat["required_action"]["submit_tool_outputs"]["tool_calls"][0]["function"]
    assert (chat["status"], function["name"]) == ("requires_action", "get_weather")
    assert json.loads(function["arguments"]) == {"city": "Beijing"}


def test_goes_on_without_a_stream(coze: Caller) -> None:
    ids = waiting(coze)
    submitted = coze.post(PATH, outputs(call(coze, ids)["id"], stream=False), **ids)["data"]
    assert submitted["status"] == "in_progress"
    assert "required_action" not in submitted
    assert coze.status(ids) == "in_progress"
    coze.clock.now += 60
    assert coze.status(ids) == "completed"
    said = coze.get("/v3/chat/message/list", ids)["data"]
    assert [message["type"] for message in said] == ["function_call", "tool_response", "answer", "verbose"]
    assert said[1]["content"] == "sunny"
    assert "sunny" in said[2]["content"]


def test_goes_on_with_a_stream(coze: Caller) -> None:
    ids = ids_of(coze.ask("/tool search").data)
    response = coze.send("POST", PATH, outputs(call(coze, ids)["id"], "found", stream=True), **ids)
    assert names(response.data) == [
        "chat.in_progress",
        "message.completed",
        "message.delta",
        "message.completed",
        "chat.completed",
        "done",
    ]
    assert "found" in answer(response.data)
    assert coze.status(ids) == "completed"
    assert coze.journal() == ["opened", "finished", "resumed", "finished"]


def test_leaves_the_answer_in_the_conversation_only_afterwards(coze: Caller) -> None:
    def kept() -> list[str]:
        listed = coze.post("/v1/conversation/message/list", {}, conversation_id=ids["conversation_id"])["data"]
        return [message["type"] for message in listed]

    ids = waiting(coze)
    assert kept() == ["question"]
    coze.post(PATH, outputs(call(coze, ids)["id"]), **ids)
    coze.clock.now += 60
    assert kept() == ["answer", "question"]


def test_shows_the_call_while_it_waits_and_cannot_be_cancelled(coze: Caller) -> None:
    ids = waiting(coze)
    assert [message["type"] for message in coze.get("/v3/chat/message/list", ids)["data"]] == ["function_call"]
    assert coze.cancel(ids)["code"] == 4104


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"tool_outputs": []},
        {"tool_outputs": ["x"]},
        {"tool_outputs": [{"output": "x"}]},
        outputs("1"),
    ],
)
def test_refuses_outputs_of_another_call(coze: Caller, fields: dict[str, Any]) -> None:
    ids = waiting(coze)
    assert coze.post(PATH, fields, **ids)["code"] == 4000
    assert coze.status(ids) == "requires_action"


def test_refuses_what_it_does_not_wait_for(coze: Caller) -> None:
    ids = waiting(coze)
    wanted = outputs(call(coze, ids)["id"])
    assert coze.post(PATH, wanted, **ids)["code"] == 0
    assert coze.post(PATH, wanted, **ids)["code"] == 4000
    assert coze.post(PATH, wanted, **{**ids, "chat_id": "1"})["code"] == 4001
    assert coze.post(PATH, wanted, **{**ids, "conversation_id": "1"})["code"] == 4002


def test_refuses_to_go_on_without_history_or_beside_another_chat(coze: Caller) -> None:
    unsaved = ids_of(coze.ask("/tool x", auto_save_history=False).data)
    assert coze.post(PATH, outputs("1"), **unsaved)["code"] == 5000
    ids = waiting(coze)
    wanted = outputs(call(coze, ids)["id"])
    coze.start("/say 10", ids["conversation_id"])
    assert coze.post(PATH, wanted, **ids)["code"] == 4016


@pytest.mark.parametrize("line", ["/tool", "/tool a b", "/tool ä"])
def test_explains_how_to_ask_for_a_tool(coze: Caller, line: str) -> None:
    assert "/tool NAME" in answer(coze.ask(line).data)
