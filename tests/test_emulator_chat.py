from __future__ import annotations

import ast
import json
import logging
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from coze_web import emulator
from coze_web.emulator import BOT_ID, UNPUBLISHED_BOT_ID, create_emulator
from coze_web.emulator.chat import SOCKET
from tests.emulator_caller import Caller, answer, events, ids_of, names, read

PACKAGE = Path(emulator.__file__).parent


@pytest.fixture
def coze() -> Caller:
    return Caller()


def body(**changes: Any) -> dict[str, Any]:
    """Return a valid request without stream, some fields changed; None takes a field away."""
    fields = {"bot_id": BOT_ID, "user_id": "u", **changes}
    return {name: value for name, value in fields.items() if value is not None}


def messages(*contents: str, kind: str = "text") -> list[dict[str, str]]:
    return [{"role": "user", "content": content, "content_type": kind} for content in contents]


# The stream


def test_streams_the_events_in_the_order_of_the_cloud(coze: Caller) -> None:
    response = coze.ask("think about the weather and suggest something")
    assert response.content_type == "text/event-stream"
    found = events(response.data)
    kinds = [data.get("type", "") for name, data in found if name == "conversation.message.completed"]
    assert kinds == ["function_call", "tool_response", "answer", "verbose", "follow_up", "follow_up", "follow_up"]
    assert names(response.data) == [
        "chat.created",
        "chat.in_progress",
        "message.completed",
        "message.delta",
        "message.completed",
        "chat.completed",
        "done",
    ]
    assert response.data.endswith(b'\n\nevent:done\ndata:"[DONE]"\n\n')


def test_reasons_before_it_answers_and_under_the_same_message(coze: Caller) -> None:
    deltas = [data for name, data in events(coze.ask("Why?").data) if name == "conversation.message.delta"]
    reasoning = ["reasoning_content" in delta for delta in deltas]
    assert reasoning == sorted(reasoning, reverse=True)
    assert 0 < sum(reasoning) < len(deltas)
    assert {delta["content"] for delta in deltas if "reasoning_content" in delta} == {""}
    assert len({delta["id"] for delta in deltas}) == 1


def test_completes_the_answer_with_all_its_text(coze: Caller) -> None:
    raw = coze.ask("/echo 你好\u2028 \u0085 you").data
    completed = [data for name, data in events(raw) if name == "conversation.message.completed"]
    assert answer(raw) == completed[0]["content"] == "你好\u2028 \u0085 you"
    assert raw.isascii()


def test_streams_an_empty_answer(coze: Caller) -> None:
    raw = coze.ask("/echo ").data
    assert names(raw) == ["chat.created", "chat.in_progress", "message.completed", "chat.completed", "done"]


def test_bills_only_when_it_is_completed(coze: Caller) -> None:
    chats = [data for name, data in events(coze.ask("/say 4").data) if name.startswith("conversation.chat.")]
    assert [chat["status"] for chat in chats] == ["created", "in_progress", "completed"]
    assert [chat["usage"]["output_count"] for chat in chats] == [0, 0, 4]
    assert [chat["completed_at"] > 0 for chat in chats] == [False, False, True]


def test_keeps_the_pace_whatever_the_writing_costs(coze: Caller) -> None:
    started = coze.clock.now
    for _ in coze.ask("/say 20").iter_encoded():
        coze.clock.now += 0.03
    assert coze.clock.now - started == pytest.approx(2.0, abs=0.3)


def test_does_not_wait_at_full_speed() -> None:
    coze = Caller(tokens_per_second=0)
    started = coze.clock.now
    assert names(coze.ask("/say 20").data)[-1] == "done"
    assert coze.clock.now == started


# The states


def test_answers_in_progress_even_when_it_is_fast() -> None:
    coze = Caller(tokens_per_second=0)
    created = coze.ask("hello", stream=False, meta_data={"k": "v"}).get_json()["data"]
    assert created["status"] == "in_progress"
    assert created["meta_data"] == {"k": "v"}
    assert coze.status({"conversation_id": created["conversation_id"], "chat_id": created["id"]}) == "completed"


def test_completes_when_its_time_has_come(coze: Caller) -> None:
    ids = coze.start("/say 10")
    coze.clock.now += 0.99
    assert coze.status(ids) == "in_progress"
    assert coze.get("/v3/chat/message/list", ids)["data"] == []
    coze.clock.now += 0.02
    assert coze.status(ids) == "completed"


def test_retrieves_by_get_and_by_post(coze: Caller) -> None:
    ids = coze.start("hi")
    response = coze.client.post("/v3/chat/retrieve", query_string=ids, headers=coze.headers)
    assert response.get_json()["data"] == coze.get("/v3/chat/retrieve", ids)["data"]


def test_lists_what_the_bot_said_and_not_what_the_user_asked(coze: Caller) -> None:
    ids = coze.start("why is the weather a tool, suggest!")
    coze.clock.now += 60
    listed = coze.get("/v3/chat/message/list", ids)["data"]
    kinds = ["function_call", "tool_response", "answer", "verbose", "follow_up", "follow_up", "follow_up"]
    assert [message["type"] for message in listed] == kinds
    assert {message["role"] for message in listed} == {"assistant"}
    assert [bool(message.get("reasoning_content")) for message in listed] == [kind == "answer" for kind in kinds]


def test_takes_one_chat_at_a_time_in_a_conversation(coze: Caller) -> None:
    ids = coze.start("/say 10")
    assert coze.ask("again", ids["conversation_id"]).get_json()["code"] == 4016
    assert coze.ask("elsewhere", stream=False).get_json()["code"] == 0
    coze.clock.now += 1.5
    assert coze.start("again", ids["conversation_id"])["conversation_id"] == ids["conversation_id"]


def test_cancels_once_and_frees_the_conversation(coze: Caller) -> None:
    ids = coze.start("/say 10")
    assert coze.cancel(ids)["data"]["status"] == "canceled"
    assert coze.cancel(ids)["code"] == 4104
    assert coze.start("again", ids["conversation_id"])
    coze.clock.now += 60
    assert coze.status(ids) == "canceled"
    assert coze.journal() == ["opened", "cancelled", "refused", "opened"]


def test_cancels_nothing_that_is_over(coze: Caller) -> None:
    ids = coze.start("/say 1")
    coze.clock.now += 1
    assert coze.cancel(ids)["code"] == 4104


def test_a_cancelled_stream_plays_to_its_end_and_stays_cancelled(coze: Caller) -> None:
    response = coze.ask("/say 10")
    chunks = response.iter_encoded()
    received = next(iter(chunks))
    ids = ids_of(received)
    assert coze.cancel(ids)["code"] == 0
    assert answer(received + b"".join(chunks)).startswith("1 2 ")
    assert coze.status(ids) == "canceled"
    assert coze.journal() == ["opened", "cancelled", "finished"]


@pytest.mark.parametrize("path", ["/v3/chat/retrieve", "/v3/chat/message/list"])
def test_does_not_know_what_it_did_not_start(coze: Caller, path: str) -> None:
    ids, other = coze.start("a"), coze.start("b")
    assert coze.get(path, {**ids, "conversation_id": "1"})["code"] == 4002
    assert coze.get(path, {**ids, "chat_id": "1"})["code"] == 4001
    assert coze.get(path, {**ids, "chat_id": other["chat_id"]})["code"] == 4001
    assert coze.get(path, {"chat_id": ids["chat_id"]})["code"] == 4000
    assert coze.ask("hello", "1").get_json()["code"] == 4002


def test_does_not_show_a_chat_of_which_no_history_was_kept(coze: Caller) -> None:
    ids = ids_of(coze.ask("/say 1", auto_save_history=False).data)
    assert coze.get("/v3/chat/retrieve", ids)["code"] == 4001


def test_ids_are_too_long_for_a_double(coze: Caller) -> None:
    for value in coze.start("hi").values():
        assert re.fullmatch(r"7\d{18}", value)


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
        ("GET", "/v1/users/me"),
        ("GET", "/v1/bot/get_online_info"),
        ("GET", f"/v1/bots/{BOT_ID}"),
    ],
)
def test_everything_else_wants_the_token_first(coze: Caller, method: str, path: str, headers: dict[str, str]) -> None:
    response = coze.client.open(path, method=method, headers=headers)
    assert (response.status_code, response.get_json()["code"]) == (401, 700012006)


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


# The account


def test_tells_whose_token_it_is(coze: Caller) -> None:
    assert set(coze.get("/v1/users/me")["data"]) == {"user_id", "user_name", "nick_name", "avatar_url"}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"/v1/bot/get_online_info?bot_id={BOT_ID}", 0),
        (f"/v1/bot/get_online_info?bot_id={UNPUBLISHED_BOT_ID}", 4015),
        ("/v1/bot/get_online_info?bot_id=1", 4200),
        ("/v1/bot/get_online_info", 4000),
        (f"/v1/bots/{BOT_ID}?is_published=true", 0),
        (f"/v1/bots/{UNPUBLISHED_BOT_ID}?is_published=true", 4015),
        (f"/v1/bots/{UNPUBLISHED_BOT_ID}?is_published=false", 0),
        (f"/v1/bots/{UNPUBLISHED_BOT_ID}", 0),
        ("/v1/bots/1", 4200),
    ],
)
def test_shows_bots(coze: Caller, path: str, code: int) -> None:
    reply = coze.get(path)
    assert reply["code"] == code
    if code == 0:
        assert reply["data"]["bot_id"] in path


# The journal


def test_journals_what_a_chat_was_for_whom_and_when(coze: Caller) -> None:
    started = coze.clock.now
    ids = {**ids_of(coze.ask("/say 10").data), "user_id": "u"}
    opened, finished = coze.get("/_emulator/journal")["entries"]
    assert opened == {"at": started, "event": "opened", "stream": True, **ids}
    assert finished == {"at": pytest.approx(started + 1), "event": "finished", **ids}


def test_journals_refusals(coze: Caller) -> None:
    coze.client.get("/v1/users/me")
    entry = coze.get("/_emulator/journal")["entries"][0]
    del entry["at"]
    assert entry == {"event": "refused", "path": "/v1/users/me", "status": 401, "code": 700012006}


def test_reset_forgets_everything(coze: Caller) -> None:
    ids = coze.start("hi")
    coze.client.post("/_emulator/reset")
    assert coze.journal() == []
    assert coze.get("/v3/chat/retrieve", ids)["code"] == 4002


def test_logs_events_and_no_secrets(coze: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "coze_web.emulator")
    coze.ask("/echo secret words").close()
    coze.client.get("/a%0Ab", headers=coze.headers)
    lines = [record.getMessage() for record in caplog.records if record.name == "coze_web.emulator"]
    assert re.fullmatch(r"chat 7\d{18} opened", lines[0])
    assert re.fullmatch(r"chat 7\d{18} client gone \(upstream closed\)", lines[1])
    assert lines[2] == r"'/a\nb' refused: status 404, code 4000"
    assert not re.search("secret|pat_", caplog.text)


# A client that leaves


@pytest.mark.parametrize("items", [0, 1, 5])
def test_journals_once_that_the_server_closed_the_stream_early(coze: Caller, items: int) -> None:
    response = coze.ask("/say 10")
    chunks = iter(response.iter_encoded())
    for _ in range(items):
        next(chunks)
    response.close()
    response.close()
    assert coze.journal() == ["opened", "client_gone"]


@pytest.mark.parametrize("how", ["fin", "rst"])
def test_notices_a_client_that_leaves_during_a_silence(coze: Caller, how: str) -> None:
    ours, theirs = socket.socketpair()
    theirs.sendall(b"unread")
    if how == "fin":
        ours.recv(100)
    response = coze.ask("/fault slow-start 100", environ={SOCKET: ours})
    started = coze.clock.now

    def leave() -> None:
        if coze.clock.now > started + 10:
            theirs.close()
            if how == "rst":
                ours.close()

    coze.clock.when_asleep = leave
    with ours:
        _, reset = read(response)
    assert reset
    assert coze.clock.now - started < 10.6
    assert coze.journal() == ["opened", "client_gone"]


def test_the_chat_of_a_client_that_left_runs_on(coze: Caller) -> None:
    response = coze.ask("/say 10")
    ids = ids_of(next(iter(response.iter_encoded())))
    response.close()
    assert coze.status(ids) == "in_progress"
    coze.clock.now += 1.1
    assert coze.status(ids) == "completed"


# The package


def test_uses_the_time_of_day_by_default() -> None:
    client = create_emulator().test_client()
    client.get("/x")
    assert client.get("/_emulator/journal").get_json()["entries"][0]["at"] > 1.7e9


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_imports_nothing_else_of_the_project_and_gevent_only_to_serve(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    project = [module for module in modules if module.startswith("coze_web")]
    assert all(module.startswith("coze_web.emulator") for module in project)
    if path.name != "server.py":
        assert not [module for module in modules if "gevent" in module or "server" in module]
