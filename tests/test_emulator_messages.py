"""The messages of a conversation: those that were put there, those that chats left, and the feedback on them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator_caller import Caller, ids_of, messages

PATH = "/v1/conversation/message"


@pytest.fixture
def coze() -> Caller:
    return Caller()


@pytest.fixture
def talk(coze: Caller) -> str:
    """Give a conversation in which five messages were put, one after the other."""
    made = coze.post("/v1/conversation/create", {"messages": messages("0", "1", "2", "3", "4")})
    return str(made["data"]["id"])


def page(coze: Caller, conversation_id: str, **fields: Any) -> Any:
    return coze.post(f"{PATH}/list", fields, conversation_id=conversation_id)


def contents(answer: Any) -> str:
    return "".join(message["content"] for message in answer["data"])


def put(coze: Caller, conversation_id: str, **fields: Any) -> Any:
    message = {"role": "user", "content": "new", "content_type": "text", **fields}
    return coze.post(f"{PATH}/create", message, conversation_id=conversation_id)


def feedback(coze: Caller, conversation_id: str, message_id: str, fields: Any, method: str = "POST") -> int:
    path = f"/v1/conversations/{conversation_id}/messages/{message_id}/feedback"
    return int(coze.send(method, path, fields).get_json()["code"])


def chat(coze: Caller, text: str, **fields: Any) -> dict[str, str]:
    """Have a chat to its end; return its ids."""
    return ids_of(coze.ask(text, **fields).data)


# The list


def test_lists_the_newest_first_or_last(coze: Caller, talk: str) -> None:
    assert contents(page(coze, talk)) == "43210"
    assert contents(page(coze, talk, order="asc")) == "01234"


def test_walks_from_page_to_page_in_both_directions(coze: Caller, talk: str) -> None:
    first = page(coze, talk, order="asc", limit=2)
    second = page(coze, talk, order="asc", limit=2, after_id=first["last_id"])
    third = page(coze, talk, order="asc", limit=2, after_id=second["last_id"])
    assert [contents(one) for one in (first, second, third)] == ["01", "23", "4"]
    assert [one["has_more"] for one in (first, second, third)] == [True, True, False]
    back = page(coze, talk, order="asc", limit=2, before_id=third["first_id"])
    assert (contents(back), back["has_more"]) == ("23", True)
    assert contents(page(coze, talk, order="asc", limit=2, before_id=back["first_id"])) == "01"


def test_lists_what_lies_between_two_messages(coze: Caller, talk: str) -> None:
    ids = [message["id"] for message in page(coze, talk, order="asc")["data"]]
    assert contents(page(coze, talk, order="asc", after_id=ids[0], before_id=ids[4])) == "123"
    assert contents(page(coze, talk, order="asc", after_id=ids[4], before_id=ids[0])) == ""


def test_an_empty_list_has_all_its_fields(coze: Caller) -> None:
    empty = coze.post("/v1/conversation/create", {})["data"]["id"]
    found = coze.send("POST", f"{PATH}/list", conversation_id=empty).get_json()
    assert [found[name] for name in ("data", "first_id", "last_id", "has_more")] == [[], "", "", False]


def test_zero_and_null_are_no_position(coze: Caller, talk: str) -> None:
    assert contents(page(coze, talk, before_id="0", after_id="0", chat_id=None)) == "43210"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"limit": 0}, 4000),
        ({"limit": 51}, 4000),
        ({"limit": True}, 4000),
        ({"order": "up"}, 4000),
        ({"after_id": "1"}, 4005),
        ({"before_id": "1"}, 4005),
    ],
)
def test_refuses_a_list_that_there_cannot_be(coze: Caller, talk: str, fields: dict[str, Any], code: int) -> None:
    assert page(coze, talk, **fields)["code"] == code
    assert page(coze, "1")["code"] == 4002


# What chats leave


def test_a_chat_leaves_its_question_at_once_and_its_answer_when_it_is_completed(coze: Caller) -> None:
    ids = coze.start("/say 10")
    assert contents(page(coze, ids["conversation_id"])) == "/say 10"
    coze.clock.now += 1.1
    listed = page(coze, ids["conversation_id"])["data"]
    assert [(message["role"], message["type"]) for message in listed] == [("assistant", "answer"), ("user", "question")]
    assert {message["chat_id"] for message in listed} == {ids["chat_id"]}
    assert [message["created_at"] for message in listed] == [1_700_000_001, 1_700_000_000]


def test_leaves_no_steps_and_no_suggestions(coze: Caller) -> None:
    ids = chat(coze, "weather, suggest")
    assert len(page(coze, ids["conversation_id"])["data"]) == 2


def test_tells_the_chats_of_a_conversation_apart(coze: Caller) -> None:
    first = chat(coze, "/echo a")
    second = coze.start("/echo b", first["conversation_id"])
    coze.clock.now += 9
    talk = first["conversation_id"]
    assert contents(page(coze, talk, order="asc")) == "/echo aa/echo bb"
    assert contents(page(coze, talk, order="asc", chat_id=second["chat_id"])) == "/echo bb"


@pytest.mark.parametrize("text", ["/fault failed", "/fault error"])
def test_a_chat_that_fails_leaves_no_answer(coze: Caller, text: str) -> None:
    assert contents(page(coze, chat(coze, text)["conversation_id"])) == text


def test_a_chat_that_is_cancelled_leaves_no_answer(coze: Caller) -> None:
    ids = coze.start("/say 10")
    coze.cancel(ids)
    coze.clock.now += 9
    assert contents(page(coze, ids["conversation_id"])) == "/say 10"


def test_a_chat_without_history_leaves_nothing(coze: Caller) -> None:
    assert page(coze, chat(coze, "hi", auto_save_history=False)["conversation_id"])["data"] == []


# One message


def test_puts_a_message_and_shows_it(coze: Caller, talk: str) -> None:
    made = put(coze, talk, role="assistant", meta_data={"k": "v"})["data"]
    assert (made["role"], made["content"], made["type"], made["chat_id"]) == ("assistant", "new", "", "")
    assert made["meta_data"] == {"k": "v"}
    shown = coze.get(f"{PATH}/retrieve", {"conversation_id": talk, "message_id": made["id"]})["data"]
    assert shown == made == page(coze, talk)["data"][0]


def test_changes_only_what_is_given_and_answers_under_message(coze: Caller, talk: str) -> None:
    made = put(coze, talk, meta_data={"k": "v"})["data"]
    coze.clock.now += 60
    changed = coze.post(f"{PATH}/modify", {"content": "[]", "content_type": "object_string"}, **where(talk, made))
    assert "data" not in changed
    expected = {"content": "[]", "content_type": "object_string", "updated_at": made["updated_at"] + 60}
    assert changed["message"] == {**made, **expected}
    again = coze.post(f"{PATH}/modify", {"meta_data": {}}, **where(talk, made))["message"]
    assert (again["content"], again["meta_data"]) == ("[]", {})


def test_forgets_a_message(coze: Caller, talk: str) -> None:
    newest = page(coze, talk)["data"][0]
    assert coze.post(f"{PATH}/delete", **where(talk, newest))["data"] == newest
    assert contents(page(coze, talk)) == "3210"
    assert coze.get(f"{PATH}/retrieve", where(talk, newest))["code"] == 4005


def test_with_an_answer_go_the_steps_that_led_to_it(coze: Caller) -> None:
    ids = chat(coze, "weather, suggest")
    answer = page(coze, ids["conversation_id"])["data"][0]
    coze.post(f"{PATH}/delete", **where(ids["conversation_id"], answer))
    left = coze.get("/v3/chat/message/list", ids)["data"]
    assert {message["type"] for message in left} == {"follow_up"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"role": "system"}, 4000),
        ({"role": ["user"]}, 4000),
        ({"content": ""}, 4000),
        ({"content_type": None}, 4000),
        ({"content_type": "card"}, 4000),
        ({"content_type": "object_string"}, 4000),
        ({"meta_data": {"k": ""}}, 4003),
    ],
)
def test_refuses_to_put_what_is_no_message(coze: Caller, talk: str, fields: dict[str, Any], code: int) -> None:
    assert put(coze, talk, **fields)["code"] == code


def where(conversation_id: str, message: Any) -> dict[str, str]:
    return {"conversation_id": conversation_id, "message_id": message["id"]}


@pytest.mark.parametrize(("method", "verb"), [("GET", "retrieve"), ("POST", "modify"), ("POST", "delete")])
def test_does_not_know_what_nobody_said(coze: Caller, talk: str, method: str, verb: str) -> None:
    def code(**query: str) -> int:
        return int(coze.send(method, f"{PATH}/{verb}", {}, **query).get_json()["code"])

    assert code(conversation_id="1", message_id="1") == 4002
    assert code(conversation_id=talk, message_id="1") == 4005
    assert code(conversation_id=talk) == 4000


# Feedback


def test_an_answer_can_be_liked_and_unliked_and_neither(coze: Caller) -> None:
    ids = chat(coze, "/echo a")
    answer = page(coze, ids["conversation_id"])["data"][0]
    talk = ids["conversation_id"]
    assert feedback(coze, talk, answer["id"], {"feedback_type": "like"}) == 0
    reasons = {"feedback_type": "unlike", "reason_types": ["wrong"], "comment": "no"}
    assert feedback(coze, talk, answer["id"], reasons) == 0
    assert feedback(coze, talk, answer["id"], None, "DELETE") == 0
    entries = [entry for entry in coze.get("/_emulator/journal")["entries"] if entry["event"] == "feedback"]
    assert [entry["feedback_type"] for entry in entries] == ["like", "unlike", ""]
    assert {entry["message_id"] for entry in entries} == {answer["id"]}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"feedback_type": "love"},
        {"feedback_type": "like", "reason_types": ["x"] * 11},
        {"feedback_type": "like", "reason_types": ["x" * 31]},
        {"feedback_type": "like", "comment": "x" * 251},
    ],
)
def test_refuses_what_is_no_feedback(coze: Caller, talk: str, fields: dict[str, Any]) -> None:
    answer = put(coze, talk, role="assistant")["data"]["id"]
    assert feedback(coze, talk, answer, fields) == 4000


def test_takes_feedback_on_answers_only(coze: Caller, talk: str) -> None:
    question = page(coze, talk)["data"][0]["id"]
    for method in ("POST", "DELETE"):
        assert feedback(coze, talk, question, {"feedback_type": "like"}, method) == 4000
        assert feedback(coze, talk, "1", {"feedback_type": "like"}, method) == 4005
        assert feedback(coze, "1", question, {"feedback_type": "like"}, method) == 4002
