"""The conversations of the emulator: how they are made, listed, renamed, cleared and forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from coze_web.emulator import BOT_ID
from coze_web.emulator.bots import SECOND_BOT_ID
from tests.emulator_caller import Caller, messages


@pytest.fixture
def coze() -> Caller:
    return Caller()


def create(coze: Caller, **fields: Any) -> Any:
    return coze.post("/v1/conversation/create", fields)["data"]


def retrieve(coze: Caller, conversation_id: str) -> Any:
    return coze.get("/v1/conversation/retrieve", {"conversation_id": conversation_id})


def listed(coze: Caller, **query: Any) -> list[str]:
    data = coze.get("/v1/conversations", {"bot_id": BOT_ID, **query})["data"]
    return [conversation["name"] for conversation in data["conversations"]]


def test_makes_a_conversation_of_nothing(coze: Caller) -> None:
    made = create(coze)
    assert made == retrieve(coze, made["id"])["data"]
    assert (made["name"], made["meta_data"], made["connector_id"]) == ("", {}, "1024")
    assert made["created_at"] == made["updated_at"] == int(coze.clock.now)
    assert made["last_section_id"]
    assert made["creator_id"]


def test_keeps_name_channel_and_meta_data(coze: Caller) -> None:
    made = create(coze, name="Lunch", connector_id="999", meta_data={"k": "v"})
    assert (made["name"], made["connector_id"], made["meta_data"]) == ("Lunch", "999", {"k": "v"})


def test_is_named_after_its_first_message(coze: Caller) -> None:
    assert create(coze, messages=messages("x" * 200, "y"))["name"] == "x" * 100


def test_lists_only_those_that_were_made_with_this_bot(coze: Caller) -> None:
    create(coze, name="none")
    create(coze, name="other", bot_id=SECOND_BOT_ID)
    create(coze, name="mine", bot_id=BOT_ID)
    create(coze, name="chat sdk", bot_id=BOT_ID, connector_id="999")
    assert listed(coze) == ["mine"]
    assert listed(coze, connector_id="999") == ["chat sdk"]


def test_lists_the_conversation_of_a_chat(coze: Caller) -> None:
    ids = coze.start("hi")
    data = coze.get("/v1/conversations", {"bot_id": BOT_ID})["data"]
    assert [conversation["id"] for conversation in data["conversations"]] == [ids["conversation_id"]]


def test_lists_the_newest_first_or_last_page_by_page(coze: Caller) -> None:
    for n in range(5):
        create(coze, name=str(n), bot_id=BOT_ID)
    assert listed(coze) == ["4", "3", "2", "1", "0"]
    assert listed(coze, sort_order="ASC", page_size=2) == ["0", "1"]
    pages = [coze.get("/v1/conversations", {"bot_id": BOT_ID, "page_num": n, "page_size": 2}) for n in (1, 2, 3)]
    assert [[one["name"] for one in page["data"]["conversations"]] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]
    assert [page["data"]["has_more"] for page in pages] == [True, True, False]


def test_a_full_last_page_has_no_more(coze: Caller) -> None:
    create(coze, bot_id=BOT_ID)
    assert coze.get("/v1/conversations", {"bot_id": BOT_ID, "page_size": 1})["data"]["has_more"] is False


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, 4000),
        ({"bot_id": "1"}, 4200),
        ({"bot_id": BOT_ID, "page_size": "51"}, 4000),
        ({"bot_id": BOT_ID, "sort_order": "random"}, 4000),
    ],
)
def test_refuses_a_list_that_there_cannot_be(coze: Caller, query: dict[str, str], code: int) -> None:
    assert coze.get("/v1/conversations", query)["code"] == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "n" * 101}, 4000),
        ({"bot_id": "1"}, 4200),
        ({"meta_data": {"k": "v" * 513}}, 4003),
        ({"messages": messages(*["x"] * 17)}, 4004),
        ({"messages": [{"role": "system", "content": "x"}]}, 4000),
    ],
)
def test_refuses_to_make_what_there_cannot_be(coze: Caller, fields: dict[str, Any], code: int) -> None:
    assert coze.post("/v1/conversation/create", fields)["code"] == code


def test_renames(coze: Caller) -> None:
    made = create(coze, name="old")
    coze.clock.now += 60
    renamed = coze.send("PUT", f"/v1/conversations/{made['id']}", {"name": "new"}).get_json()["data"]
    assert renamed == retrieve(coze, made["id"])["data"]
    assert renamed == {**made, "name": "new", "updated_at": made["updated_at"] + 60}


def test_forgets(coze: Caller) -> None:
    ids = coze.start("hi")
    answer = coze.send("DELETE", f"/v1/conversations/{ids['conversation_id']}").get_json()
    assert (answer["code"], "data" in answer) == (0, False)
    assert retrieve(coze, ids["conversation_id"])["code"] == 4002
    assert coze.get("/v3/chat/retrieve", ids)["code"] == 4002
    assert listed(coze) == []


def test_clearing_begins_a_section_and_keeps_the_messages(coze: Caller) -> None:
    made = create(coze, messages=messages("before"))
    section = coze.post(f"/v1/conversations/{made['id']}/clear")["data"]
    assert section["conversation_id"] == made["id"]
    assert section["id"] == retrieve(coze, made["id"])["data"]["last_section_id"] != made["last_section_id"]
    coze.start("after", made["id"])
    listed = coze.post("/v1/conversation/message/list", {}, conversation_id=made["id"])["data"]
    sections = {message["content"]: message["section_id"] for message in listed}
    assert sections == {"before": made["last_section_id"], "after": section["id"]}


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/v1/conversations/1"), ("DELETE", "/v1/conversations/1"), ("POST", "/v1/conversations/1/clear")],
)
def test_does_not_know_what_nobody_made(coze: Caller, method: str, path: str) -> None:
    assert coze.send(method, path, {"name": "n"}).get_json()["code"] == 4002
    assert coze.get("/v1/conversation/retrieve")["code"] == 4000
