"""Chatting with the demo workflow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.emulator import BOT_ID, WORKFLOW_ID
from coze_web.emulator.workflows import UNPUBLISHED_WORKFLOW_ID
from tests.emulator_caller import Caller, messages, read

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


@pytest.fixture
def coze() -> Caller:
    return Caller()


def say(coze: Caller, text: str, **fields: Any) -> TestResponse:
    order = {"workflow_id": WORKFLOW_ID, "bot_id": BOT_ID, "parameters": {}, "additional_messages": messages(text)}
    return coze.send("POST", "/v1/workflows/chat", {**order, **fields})


def events(body: bytes) -> list[tuple[str, Any]]:
    """Cut the body into (name, data); fails where the framing is not exactly Coze's."""
    assert body.endswith(b"\n\n")
    frames = [frame.split(b"\n") for frame in body[:-2].split(b"\n\n")]
    assert all(name.startswith(b"event: ") and data.startswith(b"data: ") for name, data in frames)
    return [(name.decode()[7:].removeprefix("conversation."), json.loads(data[6:])) for name, data in frames]


def names(body: bytes) -> list[str]:
    found = [name for name, _ in events(body)]
    return [name for n, name in enumerate(found) if n == 0 or name != found[n - 1]]


def answer(body: bytes) -> str:
    return next(str(data["content"]) for name, data in events(body) if name == "message.completed")


def conversation(body: bytes) -> str:
    return str(events(body)[0][1]["conversation_id"])


def test_streams_a_chat_that_ends_with_the_address_of_its_run(coze: Caller) -> None:
    response = say(coze, "/echo 你好 you")
    assert response.content_type == "text/event-stream"
    assert names(response.data) == [
        "chat.created",
        "chat.in_progress",
        "message.delta",
        "message.completed",
        "chat.completed",
        "done",
    ]
    assert answer(response.data) == "你好 you"
    assert b"\\u0026workflow_id=" in response.data
    execute_id = events(response.data)[-1][1]["debug_url"].partition("execute_id=")[2].partition("&")[0]
    coze.clock.now += 1
    found = coze.history(execute_id)
    assert (found["execute_status"], found["run_mode"], found["output"]) == (
        "Success",
        1,
        '{"output":"你好 you"}',
    )


def test_leaves_question_and_answer_in_its_conversation(coze: Caller) -> None:
    talk = conversation(say(coze, "/echo a").data)
    assert conversation(say(coze, "/echo b", conversation_id=talk).data) == talk
    listed = coze.post("/v1/conversation/message/list", {"order": "asc"}, conversation_id=talk)["data"]
    assert [message["content"] for message in listed] == ["/echo a", "a", "/echo b", "b"]


def test_asks_and_takes_the_next_message_as_the_answer(coze: Caller) -> None:
    asked = say(coze, "/ask 2").data
    assert names(asked)[-3:] == ["message.completed", "chat.requires_action", "done"]
    verbose = [json.loads(data["content"]) for _, data in events(asked) if data.get("type") == "verbose"]
    assert [one["msg_type"] for one in verbose] == ["interrupt", "generate_answer_finish"]
    assert json.loads(verbose[1]["data"])["finish_reason"] == 1
    action = dict(events(asked))["chat.requires_action"]["required_action"]["submit_tool_outputs"]
    assert [call["type"] for call in action["tool_calls"]] == ["reply_message"]
    talk = conversation(asked)
    assert names(say(coze, "Paris", conversation_id=talk).data)[-2] == "chat.requires_action"
    last = say(coze, "Rome", conversation_id=talk).data
    assert names(last)[-2:] == ["chat.completed", "done"]
    assert "Paris, Rome" in answer(last)
    assert answer(say(coze, "/echo over", conversation_id=talk).data) == "over"


def test_its_question_is_no_tool(coze: Caller) -> None:
    asked = events(say(coze, "/ask").data)
    action = dict(asked)["chat.requires_action"]["required_action"]["submit_tool_outputs"]
    outputs = [{"tool_call_id": action["tool_calls"][0]["id"], "output": "Paris"}]
    ids = {"conversation_id": asked[0][1]["conversation_id"], "chat_id": asked[0][1]["id"]}
    assert coze.post("/v3/chat/submit_tool_outputs", {"tool_outputs": outputs}, **ids)["code"] == 4000


def test_an_app_does_as_well_as_a_bot(coze: Caller) -> None:
    assert names(say(coze, "hi", bot_id=None, app_id="1").data)[-1] == "done"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"bot_id": None}, 4000),
        ({"app_id": "1"}, 4000),
        ({"bot_id": "1"}, 4200),
        ({"parameters": None}, 4000),
        ({"additional_messages": None}, 4000),
        ({"additional_messages": messages("[]", kind="object_string")}, 4000),
        ({"additional_messages": messages(*["x"] * 51)}, 4004),
        ({"workflow_id": "1"}, 4200),
        ({"workflow_id": UNPUBLISHED_WORKFLOW_ID}, 4200),
        ({"conversation_id": "1"}, 4002),
        ({"additional_messages": messages("/fault code 4013")}, 4013),
    ],
)
def test_refuses_what_is_no_chat(coze: Caller, fields: dict[str, Any], code: int) -> None:
    assert say(coze, "hi", **fields).get_json()["code"] == code


def test_takes_one_chat_at_a_time_in_a_conversation(coze: Caller) -> None:
    ids = coze.start("/say 10")
    assert say(coze, "hi", conversation_id=ids["conversation_id"]).get_json()["code"] == 4016


def test_fails_as_a_chat_does(coze: Caller) -> None:
    name, data = events(say(coze, "/fault fail").data)[-1]
    assert (name, data["last_error"]["code"]) == ("chat.failed", 720701013)
    assert events(say(coze, "/fault error").data)[-1][0] == "error"


def test_garbage_is_broken_in_its_own_dialect(coze: Caller) -> None:
    frames = say(coze, "/fault garbage").data.decode().removesuffix("\n\n").split("\n\n")
    assert all(frame.startswith("event: ") for frame in frames)


def test_reset_resets(coze: Caller) -> None:
    assert read(say(coze, "/fault reset"))[1]
