"""What a request to the emulator may look like, and whom it lets in."""

from __future__ import annotations

import json

import pytest

from coze_web.emulator import BOT_ID, UNPUBLISHED_BOT_ID, WORKFLOW_ID
from tests.emulator_caller import Caller, answer, body, messages


@pytest.fixture
def coze() -> Caller:
    return Caller()


# The request


@pytest.mark.parametrize(
    "request_body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        body(bot_id=None),
        body(bot_id=1),
        body(bot_id=""),
        body(user_id=None),
        body(user_id=7),
        body(stream="yes"),
        body(auto_save_history=1),
        body(meta_data=[]),
        body(meta_data={"k": 1}),
        body(custom_variables="x"),
        body(additional_messages={}),
        body(additional_messages=["hello"]),
        body(additional_messages=[{"role": "system", "content": "x"}]),
        body(additional_messages=[{"role": "user", "content": 1}]),
        body(additional_messages=messages("x", kind="card")),
        body(additional_messages=messages("not json", "{}", "[1]", '[{"type":"text"}]', kind="object_string")),
        body(additional_messages=messages('[{"type":"text","text":1}]', kind="object_string")),
    ],
)
def test_refuses_what_is_not_a_chat_request(coze: Caller, request_body: object) -> None:
    response = coze.chat(request_body)
    assert (response.status_code, response.get_json()["code"]) == (200, 4000)


def test_refuses_more_than_a_hundred_messages(coze: Caller) -> None:
    assert coze.chat(body(additional_messages=messages(*["x"] * 100))).get_json()["code"] == 0
    assert coze.chat(body(additional_messages=messages(*["x"] * 101))).get_json()["code"] == 4004


@pytest.mark.parametrize(
    "pairs", [{"": "v"}, {"k" * 65: "v"}, {"k": "v" * 513}, {"k": ""}, dict.fromkeys("abcdefghijklmnopq", "v")]
)
def test_refuses_more_meta_data_than_coze_keeps(coze: Caller, pairs: dict[str, str]) -> None:
    assert coze.chat(body(meta_data=pairs)).get_json()["code"] == 4003


def test_refuses_to_keep_no_history_where_it_must_be_polled(coze: Caller) -> None:
    assert coze.chat(body(auto_save_history=False)).get_json()["code"] == 4007


def test_takes_the_body_that_the_sdk_sends(coze: Caller) -> None:
    nulls = dict.fromkeys(["meta_data", "id", "conversation_id", "section_id", "bot_id", "chat_id", "created_at"])
    message = {"role": "user", "type": "question", "content": "hi", "content_type": "text", **nulls}
    request_body = {**body(additional_messages=[message], stream=False), "custom_variables": None}
    assert coze.chat(request_body).get_json()["code"] == 0


def test_hears_the_last_words_of_the_user(coze: Caller) -> None:
    picture = '[{"type":"image","file_id":"1"}]'
    said = [*messages("/echo a", "/echo b"), *messages(picture, kind="object_string")]
    said.append({"role": "assistant", "content": "/echo c", "content_type": "text"})
    assert answer(coze.chat(body(additional_messages=said, stream=True)).data) == "b"


def test_hears_the_texts_of_an_object_string(coze: Caller) -> None:
    items = [{"type": "text", "text": "/echo a"}, {"type": "image", "file_id": "1"}, {"type": "text", "text": "b"}]
    said = messages(json.dumps(items), kind="object_string")
    assert answer(coze.chat(body(additional_messages=said, stream=True)).data) == "a\nb"


# The gate


def test_looks_up_the_bot_before_the_token(coze: Caller) -> None:
    coze.headers = {"Authorization": "Bearer wrong"}
    unknown, known = coze.chat(body(bot_id="1")), coze.chat(body())
    assert (unknown.status_code, unknown.get_json()["code"]) == (200, 4200)
    assert (known.status_code, known.get_json()["code"]) == (200, 4101)


def test_refuses_a_bot_that_is_not_published(coze: Caller) -> None:
    assert coze.chat(body(bot_id=UNPUBLISHED_BOT_ID)).get_json()["code"] == 4015


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "pat_emulator"}])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v3/chat/retrieve"),
        ("POST", "/v3/chat/retrieve"),
        ("POST", "/v3/chat/cancel"),
        ("GET", "/v3/chat/message/list"),
        ("POST", "/v3/chat/submit_tool_outputs"),
        ("GET", "/v1/users/me"),
        ("GET", "/v1/workspaces"),
        ("GET", "/v1/bots"),
        ("GET", "/v1/space/published_bots_list"),
        ("GET", "/v1/bot/get_online_info"),
        ("GET", f"/v1/bots/{BOT_ID}"),
        ("POST", "/v1/bot/create"),
        ("POST", "/v1/bot/update"),
        ("POST", "/v1/bot/publish"),
        ("POST", f"/v1/bots/{BOT_ID}/unpublish"),
        ("POST", "/v1/conversation/create"),
        ("GET", "/v1/conversation/retrieve"),
        ("GET", "/v1/conversations"),
        ("PUT", "/v1/conversations/1"),
        ("DELETE", "/v1/conversations/1"),
        ("POST", "/v1/conversations/1/clear"),
        ("POST", "/v1/conversation/message/create"),
        ("POST", "/v1/conversation/message/list"),
        ("GET", "/v1/conversation/message/retrieve"),
        ("POST", "/v1/conversation/message/modify"),
        ("POST", "/v1/conversation/message/delete"),
        ("POST", "/v1/conversations/1/messages/1/feedback"),
        ("DELETE", "/v1/conversations/1/messages/1/feedback"),
        ("POST", "/v1/files/upload"),
        ("GET", "/v1/files/retrieve"),
        ("GET", "/v1/workflows"),
        ("GET", f"/v1/workflows/{WORKFLOW_ID}"),
        ("POST", "/v1/workflow/run"),
        ("POST", "/v1/workflows/chat"),
        ("GET", f"/v1/workflows/{WORKFLOW_ID}/run_histories/1"),
        ("GET", f"/v1/workflows/{WORKFLOW_ID}/run_histories/1/execute_nodes/1"),
    ],
)
def test_everything_else_wants_the_token_first(coze: Caller, method: str, path: str, headers: dict[str, str]) -> None:
    response = coze.client.open(path, method=method, headers=headers)
    assert (response.status_code, response.get_json()["code"]) == (401, 700012006)


@pytest.mark.parametrize("path", ["/v1/workflow/stream_run", "/v1/workflow/stream_resume"])
def test_a_run_to_be_streamed_wants_the_token_by_another_code(coze: Caller, path: str) -> None:
    response = coze.client.post(path, json={}, headers={"Authorization": "Bearer wrong"})
    assert (response.status_code, response.get_json()["code"]) == (401, 4100)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/v3/chat"), ("OPTIONS", "/v3/chat"), ("DELETE", "/v1/users/me"), ("POST", "/v3/chats")],
)
def test_unknown_path_or_method_is_404_with_a_code(coze: Caller, method: str, path: str) -> None:
    response = coze.client.open(path, method=method)
    assert (response.status_code, response.get_json()["code"]) == (404, 4000)


def test_every_answer_has_its_own_log_id_in_header_and_body(coze: Caller) -> None:
    replies = [coze.chat(b""), coze.client.get("/x"), coze.ask("hi", stream=False), coze.client.get("/v1/users/me")]
    for reply in replies:
        assert reply.get_json()["detail"]["logid"] == reply.headers["X-Tt-Logid"]
        assert reply.content_type == "application/json; charset=utf-8"
    assert len({reply.headers["X-Tt-Logid"] for reply in replies}) == len(replies)
    assert coze.ask("hi").headers["X-Tt-Logid"]
