"""The embedded Coze as a self-hosted Studio: where its bytes differ from the cloud's."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from coze_web.emulator import BOT_ID, UNPUBLISHED_BOT_ID, WORKFLOW_ID
from coze_web.emulator.environment import variables
from tests.emulator_caller import Caller, body, messages

DONE = b"event:conversation.stream.done\ndata:\n\n"


@pytest.fixture
def studio() -> Caller:
    return Caller(profile="studio")


def made(studio: Caller) -> str:
    return str(studio.post("/v1/conversation/create", {"bot_id": BOT_ID})["data"]["id"])


def frames(stream: bytes) -> list[list[str]]:
    return [frame.split("\n") for frame in stream.decode().removesuffix("\n\n").split("\n\n")]


def test_a_chat_needs_a_conversation_that_is_a_number(studio: Caller) -> None:
    refused = studio.ask("hi", "")
    assert (refused.status_code, refused.get_json()["code"]) == (400, 400)
    assert "unable to decode '' as int64" in refused.get_json()["msg"]
    assert studio.ask("hi", "0").data.endswith(DONE)


def test_a_chat_streams_unless_it_is_told_not_to(studio: Caller) -> None:
    fields = body(additional_messages=messages("/say 1"))
    stream = studio.chat(fields, made(studio)).data
    assert stream.startswith(b'event:conversation.chat.created\ndata:{"id":')
    assert stream.endswith(DONE)
    whole = studio.chat({**fields, "stream": False}, made(studio)).get_json()
    assert whole["data"]["status"] == "in_progress"


def test_its_log_id_is_a_uuid_in_a_header_of_its_own(studio: Caller) -> None:
    response = studio.send("GET", "/v1/bot/get_online_info", bot_id=BOT_ID)
    assert uuid.UUID(response.headers["X-Log-ID"])
    assert "X-Tt-Logid" not in response.headers
    assert "detail" not in response.get_json()


@pytest.mark.parametrize("fault", ["failed", "error"])
def test_each_failure_of_a_chat_is_an_error_event_and_the_end(studio: Caller, fault: str) -> None:
    name, data = frames(studio.ask(f"/fault {fault}", made(studio)).data)[-1]
    assert name == "event:error"
    assert json.loads(data.removeprefix("data:"))["code"] == 103100001


def test_a_chat_that_is_refused_is_told_in_the_stream_or_in_words(studio: Caller) -> None:
    streamed = studio.ask("/fault code 4013", made(studio))
    assert (streamed.status_code, streamed.content_type) == (200, "text/event-stream")
    assert [name for name, _ in frames(streamed.data)] == ["event:error"]
    whole = studio.ask("/fault code 4013", made(studio), stream=False)
    assert (whole.status_code, whole.get_json()["code"]) == (400, 400)


def test_a_chat_is_cancelled_in_two_ls_and_not_under_data(studio: Caller) -> None:
    ids = studio.start("/say 100", made(studio))
    cancelled = studio.cancel(ids)
    assert cancelled["ChatV3ChatDetail"]["status"] == "cancelled"
    assert "data" not in cancelled
    again = studio.send("POST", "/v3/chat/cancel", ids)
    assert (again.status_code, again.get_json()["code"]) == (400, 400)


def test_a_chat_is_retrieved_by_get_alone(studio: Caller) -> None:
    ids = studio.start("/say 1", made(studio))
    assert studio.status(ids) == "in_progress"
    posted = studio.send("POST", "/v3/chat/retrieve", **ids)
    assert (posted.status_code, posted.get_json()) == (404, {"code": 404, "msg": "not found"})
    unknown = studio.send("GET", "/v3/chat/retrieve", **{**ids, "chat_id": "1"})
    assert (unknown.status_code, unknown.mimetype) == (500, "text/plain")


def test_messages_of_a_chat_are_not_under_data(studio: Caller) -> None:
    ids = studio.start("/echo hi", made(studio))
    assert "Messages" not in studio.get("/v3/chat/message/list", ids), "what is empty is left out"
    studio.clock.sleep(10)
    assert "hi" in [one["content"] for one in studio.get("/v3/chat/message/list", ids)["Messages"]]


def test_conversations_have_their_own_fields(studio: Caller) -> None:
    created: dict[str, Any] = studio.post("/v1/conversation/create", {"bot_id": BOT_ID})["data"]
    assert created["meta_data"] is None
    assert {"updated_at", "creator_id"}.isdisjoint(created)
    shown = studio.get("/v1/conversation/retrieve", {"conversation_id": created["id"]})
    assert shown["ConversationData"]["creator_d"]
    assert "data" not in studio.post("/v1/conversation/message/list", {}, conversation_id=created["id"])


@pytest.mark.parametrize("path", ["/v1/bot/get_online_info", "/v3/chat/retrieve", "/v1/workflow/get_run_history"])
def test_a_wrong_token_is_refused_with_200(studio: Caller, path: str) -> None:
    studio.headers = {"Authorization": "Bearer pat_wrong"}
    refused = studio.send("GET", path)
    assert (refused.status_code, refused.get_json()["code"]) == (200, 700012006)


@pytest.mark.parametrize("path", ["/v1/users/me", "/v1/workspaces", "/v1/bots", "/v9"])
def test_what_it_does_not_have_wants_a_browsers_session(studio: Caller, path: str) -> None:
    refused = studio.send("GET", path)
    assert (refused.status_code, refused.get_json()["code"]) == (401, 401)


def test_there_are_no_drafts(studio: Caller) -> None:
    assert studio.get(f"/v1/bots/{BOT_ID}")["data"]["plugin_info_list"][0]["api_name"]
    assert studio.get(f"/v1/bots/{UNPUBLISHED_BOT_ID}")["code"] == 100000003


def test_a_run_tells_less(studio: Caller) -> None:
    response = studio.stream_run("/say 2")
    assert response.content_type == "text/event-stream; charset=utf-8"
    number, name, data = frames(response.data)[0]
    assert (number, name) == ("id: 0", "event: Message")
    assert "node_execute_uuid" not in json.loads(data.removeprefix("data: "))
    result = studio.run("/say 2")
    assert {"data", "execute_id", "debug_url"} < set(result)
    assert {"usage", "detail"}.isdisjoint(result)


def test_what_interrupts_a_run_does_not_tell_its_node(studio: Caller) -> None:
    _, name, data = frames(studio.stream_run("/ask").data)[-1]
    assert name == "event: Interrupt"
    assert set(json.loads(data.removeprefix("data: "))) == {"interrupt_data", "debug_url"}


def test_the_ids_of_a_run_history_are_numbers(studio: Caller) -> None:
    execute_id = studio.run("/say 1")["execute_id"]
    (run,) = studio.get("/v1/workflow/get_run_history", {"workflow_id": WORKFLOW_ID, "execute_id": execute_id})["data"]
    assert run["execute_id"] == int(execute_id)
    assert run["log_id"]
    assert {"logid", "node_execute_status", "is_output_trimmed"}.isdisjoint(run)


def workflow_chat(studio: Caller, text: str) -> list[list[str]]:
    fields = {"workflow_id": WORKFLOW_ID, "bot_id": BOT_ID, "parameters": {}, "additional_messages": messages(text)}
    return frames(studio.send("POST", "/v1/workflows/chat", fields).data)


def test_the_events_of_a_workflows_chat_are_numbered_from_1(studio: Caller) -> None:
    found = workflow_chat(studio, "/say 2")
    assert [frame[0] for frame in found] == [f"id: {n}" for n in range(1, len(found) + 1)]
    assert found[-1][1] == "event: done"
    assert "debug_url" in found[-1][2]
    assert not [frame for frame in found if '"type":"verbose"' in frame[2]]


def test_its_error_has_a_text_for_a_code(studio: Caller) -> None:
    _, name, data = workflow_chat(studio, "/fault fail")[-1]
    assert name == "event: error"
    assert json.loads(data.removeprefix("data: "))["code"] == "720701013"


def test_its_variables_say_what_it_is() -> None:
    assert "COZE_FLAVOR=studio" in variables("http://127.0.0.1:1", "studio")
    assert not [line for line in variables("http://127.0.0.1:1") if "FLAVOR" in line]
