"""The chats of the emulator: what they stream, the states they pass, and how they are looked up and cancelled."""

from __future__ import annotations

import re

import pytest

from tests.emulator_caller import Caller, answer, events, ids_of, names


@pytest.fixture
def coze() -> Caller:
    return Caller()


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
