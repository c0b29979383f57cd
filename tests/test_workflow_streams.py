"""Runs, resumed runs and chats of workflows as event streams."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.sse import Frame, FrameParser
from tests.coze_wire import (
    BASE_URL,
    BEGIN,
    BOT_ID,
    CHAT_ID,
    CONVERSATION_ID,
    DEBUG_URL,
    EXECUTE_ID,
    LOGID,
    STREAM_HEADERS,
    USAGE,
    WORKFLOW_ID,
    chat_event,
    delta,
    event,
    json_of,
    message,
    run_event,
)  # fmt: skip
from tests.test_workflows import API, logged

if TYPE_CHECKING:
    import responses
    from flask.testing import FlaskClient

ONE = f"{API}/{WORKFLOW_ID}"
COZE = f"{BASE_URL}/v1/workflow"
CHAT = f"{BASE_URL}/v1/workflows/chat"


def say(content: str, title: str = "Model", *, finish: bool = True, **more: Any) -> dict[str, Any]:
    return {"content": content, "node_is_finish": finish, "node_seq_id": "0", "node_title": title, **more}


INTERRUPT = {"interrupt_data": {"data": "", "event_id": f"{EXECUTE_ID}/276", "type": 2}, "node_title": "问答"}
GOOD = (
    run_event(0, "Message", say("it is ", finish=False))
    + run_event(1, "PING", {})
    + run_event(2, "Message", say("晴"))
    + run_event(3, "Message", say('{"output":"晴"}', "End", usage=USAGE))
    + run_event(4, "Done", {"debug_url": DEBUG_URL})
)


def streams(coze: responses.RequestsMock, url: str, body: bytes) -> None:
    coze.post(url, body=body, content_type="text/event-stream", headers=STREAM_HEADERS)


def ask(operator: FlaskClient, path: str, body: dict[str, Any]) -> list[Frame]:
    response = operator.post(path, json=body)
    assert response.status_code == 200, response.text
    assert response.mimetype == "text/event-stream"
    assert response.headers["X-Accel-Buffering"] == "no"
    frames = FrameParser().feed(response.data)
    assert [frame.event for frame in frames if frame.event in {"done", "error"}] == [frames[-1].event]
    return frames


def run(operator: FlaskClient, parameters: Any = None) -> list[Frame]:
    return ask(operator, f"{ONE}/run", {"parameters": parameters or {}, "stream": True})


def last(frames: list[Frame]) -> Any:
    return json.loads(frames[-1].data)


def test_a_run_is_streamed_and_written_down(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    streams(coze, f"{COZE}/stream_run", GOOD)
    frames = run(operator, {"city": "北京"})
    assert [frame.event for frame in frames] == ["Message", "Message", "Message", "done"]
    assert json.loads(frames[1].data)["content"] == "晴"
    assert last(frames) == {
        "status": "succeeded", "execute_id": EXECUTE_ID, "debug_url": DEBUG_URL, "usage": USAGE, "logid": LOGID,
    }  # fmt: skip
    assert json_of(coze.calls[0].request)["parameters"] == {"city": "北京"}
    seen = logged(operator)
    assert (seen["status"], seen["mode"], seen["execute_id"]) == ("succeeded", "streaming", EXECUTE_ID)
    assert (seen["output"], seen["token_count"], seen["logid"]) == ('{"output":"晴"}', 12, LOGID)


@pytest.mark.parametrize("end", [b"", run_event(2, "Done", {})])
def test_an_interrupted_run_says_how_to_go_on(coze: responses.RequestsMock, operator: FlaskClient, end: bytes) -> None:
    asks = run_event(0, "Message", say("which city?", "问答")) + run_event(1, "Interrupt", INTERRUPT) + end
    streams(coze, f"{COZE}/stream_run", asks)
    frames = run(operator)
    assert [frame.event for frame in frames] == ["Message", "Interrupt", "done"]
    assert json.loads(frames[1].data) == INTERRUPT
    assert (last(frames)["status"], last(frames)["execute_id"]) == ("interrupted", EXECUTE_ID)
    assert (logged(operator)["status"], logged(operator)["execute_id"]) == ("interrupted", EXECUTE_ID)


def test_a_resumed_run_is_one_more_in_the_log(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    streams(coze, f"{COZE}/stream_resume", GOOD)
    resume = {"event_id": f"{EXECUTE_ID}/276", "interrupt_type": 2, "resume_data": "北京"}
    assert last(ask(operator, f"{ONE}/resume", resume))["status"] == "succeeded"
    assert json_of(coze.calls[0].request) == {"workflow_id": WORKFLOW_ID, **resume}
    seen = logged(operator)
    assert (seen["status"], seen["mode"], seen["execute_id"]) == ("succeeded", "resumed", EXECUTE_ID)


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (run_event(0, "Error", {"error_code": 720701013, "error_message": "upstream words"}), "720701013", "failed"),
        (run_event(0, "Error", {"error_code": 4000, "error_message": "upstream words"}) + GOOD, "4000", "failed"),
        (event("error", {"code": 103100001, "msg": "upstream words"}), "103100001", "failed"),
        (run_event(0, "Message", say("half", finish=False)), "upstream_truncated", "unknown"),
        (GOOD[:-2], "", "succeeded"),
        (run_event(0, "Message", "x")[:-6] + b"{\n\n", "upstream_malformed", "unknown"),
        (b"", "upstream_truncated", "unknown"),
    ],
)
def test_a_run_that_goes_wrong_ends_with_one_error(
    coze: responses.RequestsMock, operator: FlaskClient, body: bytes, code: str, status: str
) -> None:
    streams(coze, f"{COZE}/stream_run", body)
    frames = run(operator)
    assert last(frames).get("code", "") == code
    assert "upstream words" not in frames[-1].data
    seen = logged(operator)
    assert (seen["status"], seen["error_code"]) == (status, code)


def test_a_refusal_before_the_stream_is_an_error_event(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(f"{COZE}/stream_run", json={"code": 4100, "msg": "x", "detail": {"logid": LOGID}}, status=401)
    frames = run(operator)
    assert (last(frames)["code"], last(frames)["logid"]) == ("4100", LOGID)
    assert (logged(operator)["status"], logged(operator)["logid"]) == ("failed", LOGID)


def chat(operator: FlaskClient, **more: Any) -> list[Frame]:
    return ask(operator, f"{ONE}/chat", {"message": "你好", **more})


COMPLETED = event("conversation.message.completed", message("hello"))
END = event("done", {"debug_url": DEBUG_URL})


def test_a_chatflow_speaks_as_a_chat_does(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    streams(coze, CHAT, BEGIN + delta("hello") + COMPLETED + chat_event("completed", usage=USAGE) + END)
    frames = chat(operator, parameters={"a": 1})
    assert [frame.event.rpartition(".")[2] for frame in frames] == [
        "created", "in_progress", "delta", "completed", "completed", "done",
    ]  # fmt: skip
    assert last(frames) == {
        "status": "succeeded", "execute_id": EXECUTE_ID, "debug_url": DEBUG_URL, "usage": USAGE, "logid": LOGID,
        "conversation_id": CONVERSATION_ID, "chat_id": CHAT_ID,
    }  # fmt: skip
    sent = json_of(coze.calls[0].request)
    assert (sent["bot_id"], sent["parameters"]) == (BOT_ID, {"a": 1}), "the site's bot, unless told otherwise"
    assert sent["additional_messages"][0]["content"] == "你好"
    seen = logged(operator)
    assert (seen["status"], seen["mode"], seen["output"]) == ("succeeded", "chat", "hello")


def test_a_chatflow_may_ask_back(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    streams(coze, CHAT, BEGIN + COMPLETED + chat_event("requires_action") + END)
    frames = chat(operator, conversation_id=CONVERSATION_ID, app_id="5")
    assert last(frames)["status"] == "interrupted"
    assert logged(operator)["status"] == "interrupted"
    sent = json_of(coze.calls[0].request)
    assert (sent["conversation_id"], sent["app_id"], sent.get("bot_id")) == (CONVERSATION_ID, "5", None)


def test_a_chatflow_that_fails_is_an_error(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    streams(coze, CHAT, BEGIN + chat_event("failed", last_error={"code": 5000, "msg": "upstream words"}))
    frames = chat(operator)
    assert last(frames)["code"] == "5000"
    assert (logged(operator)["status"], logged(operator)["error_message"]) == ("failed", "upstream words")


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("resume", {}, "`event_id` is missing"),
        ("resume", {"event_id": "a b", "interrupt_type": 2, "resume_data": "x"}, "`event_id` must be an id"),
        ("resume", {"event_id": "1/2", "interrupt_type": "2", "resume_data": "x"}, "`interrupt_type` must be a whole"),
        ("chat", {}, "`message` is missing"),
        ("chat", {"message": ""}, "`message` must not be empty"),
    ],
)
def test_what_is_wrong_is_told_before_anything_begins(
    coze: responses.RequestsMock, operator: FlaskClient, path: str, body: Any, told: str
) -> None:
    response: Any = operator.post(f"{ONE}/{path}", json=body)
    assert response.status_code == 400
    assert told in response.json["message"]
    assert not coze.calls
