"""The bots of the emulator: how they are listed, changed and published, and who may be chatted with."""

from __future__ import annotations

from typing import Any

import pytest

from coze_web.emulator import BOT_ID, UNPUBLISHED_BOT_ID, WORKSPACE_ID
from coze_web.emulator.bots import SECOND_BOT_ID
from tests.emulator_caller import Caller


@pytest.fixture
def coze() -> Caller:
    return Caller()


def create(coze: Caller, **fields: Any) -> str:
    answer = coze.post("/v1/bot/create", {"space_id": WORKSPACE_ID, "name": "New", **fields})
    return str(answer["data"]["bot_id"])


def listed(coze: Caller, **query: str) -> list[str]:
    data = coze.get("/v1/bots", {"workspace_id": WORKSPACE_ID, **query})["data"]
    return [bot["id"] for bot in data["items"]]


def listed_of_old(coze: Caller, **query: str) -> list[str]:
    data = coze.get("/v1/space/published_bots_list", {"space_id": WORKSPACE_ID, **query})["data"]
    return [bot["bot_id"] for bot in data["space_bots"]]


def chat_code(coze: Caller, bot_id: str) -> int:
    return int(coze.ask("hi", stream=False, bot_id=bot_id).get_json()["code"])


# Looking


@pytest.mark.parametrize("address", ["http://127.0.0.1:4000", "http://localhost:5000", "https://coze.example"])
def test_the_first_bot_has_an_icon_at_the_address_that_was_asked(coze: Caller, address: str) -> None:
    path = f"/v1/bot/get_online_info?bot_id={BOT_ID}"
    shown = coze.client.get(path, base_url=address, headers=coze.headers).get_json()["data"]["icon_url"]
    assert shown == f"{address}/_emulator/icon.png"
    picture = coze.client.get(shown)
    assert (picture.content_type, picture.data[:4]) == ("image/png", b"\x89PNG")
    assert coze.get(f"/v1/bot/get_online_info?bot_id={SECOND_BOT_ID}")["data"]["icon_url"] == ""


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


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [BOT_ID, SECOND_BOT_ID]),
        ({"publish_status": "published_online"}, [BOT_ID, SECOND_BOT_ID]),
        ({"publish_status": "published_draft"}, [BOT_ID, SECOND_BOT_ID]),
        ({"publish_status": "PublishStatus.UNPUBLISHED_DRAFT"}, [UNPUBLISHED_BOT_ID]),
        ({"publish_status": "all"}, [BOT_ID, UNPUBLISHED_BOT_ID, SECOND_BOT_ID]),
        ({"connector_id": "1024"}, [BOT_ID, SECOND_BOT_ID]),
        ({"connector_id": "999"}, []),
    ],
)
def test_lists_by_status_and_channel(coze: Caller, query: dict[str, str], expected: list[str]) -> None:
    assert listed(coze, **query) == expected


def test_both_generations_turn_pages_by_both_names(coze: Caller) -> None:
    for list_page in (listed, listed_of_old):
        for name in ("page_num", "page_index"):
            pages = [list_page(coze, page_size="1", **{name: str(number)}) for number in (1, 2, 3)]
            assert pages == [[BOT_ID], [SECOND_BOT_ID], []]


def test_counts_all_bots_whatever_the_page(coze: Caller) -> None:
    query = {"workspace_id": WORKSPACE_ID, "space_id": WORKSPACE_ID, "page_size": "1"}
    for path in ("/v1/bots", "/v1/space/published_bots_list"):
        assert coze.get(path, query)["data"]["total"] == 2


@pytest.mark.parametrize("path", ["/v1/bots", "/v1/space/published_bots_list"])
def test_refuses_a_list_that_there_cannot_be(coze: Caller, path: str) -> None:
    def code(**query: str) -> int:
        return int(coze.get(path, {"workspace_id": WORKSPACE_ID, "space_id": WORKSPACE_ID, **query})["code"])

    assert code(workspace_id="", space_id="") == 4000
    assert code(workspace_id="1", space_id="1") == 4200
    assert code(page_size="101") == 4000


def test_refuses_a_status_that_there_is_not(coze: Caller) -> None:
    assert coze.get("/v1/bots", {"workspace_id": WORKSPACE_ID, "publish_status": "draft"})["code"] == 4000


# Changing


def test_a_new_bot_is_a_draft_until_it_is_published_as_an_api(coze: Caller) -> None:
    bot_id = create(coze, description="fresh", prompt_info={"prompt": "p"}, model_info_config={"model_id": "7"})
    assert bot_id in listed(coze, publish_status="unpublished_draft")
    assert chat_code(coze, bot_id) == 4015
    coze.post("/v1/bot/publish", {"bot_id": bot_id, "connector_ids": ["999"]})
    assert chat_code(coze, bot_id) == 4015
    coze.post("/v1/bot/publish", {"bot_id": bot_id, "connector_ids": ["1024"]})
    assert chat_code(coze, bot_id) == 0
    shown = coze.get("/v1/bot/get_online_info", {"bot_id": bot_id})["data"]
    assert (shown["name"], shown["description"], shown["prompt_info"]) == ("New", "fresh", {"prompt": "p"})
    assert shown["model_info"] == {"model_id": "7"}


def test_publishing_tells_the_version_that_the_bot_then_has(coze: Caller) -> None:
    data = coze.post("/v1/bot/publish", {"bot_id": UNPUBLISHED_BOT_ID, "connector_ids": ["1024"]})["data"]
    assert data == {"bot_id": UNPUBLISHED_BOT_ID, "version": str(int(coze.clock.now * 1000))}
    assert coze.get(f"/v1/bots/{UNPUBLISHED_BOT_ID}")["data"]["version"] == data["version"]


def test_an_update_shows_in_the_draft_at_once_and_online_when_published(coze: Caller) -> None:
    assert "data" not in coze.post("/v1/bot/update", {"bot_id": BOT_ID, "name": "Renamed", "description": ""})
    draft = coze.get(f"/v1/bots/{BOT_ID}")["data"]
    assert (draft["name"], draft["description"], draft["update_time"]) == ("Renamed", "", int(coze.clock.now))
    assert draft["prompt_info"]["prompt"]
    assert coze.get(f"/v1/bots/{BOT_ID}?is_published=true")["data"]["name"] == "Embedded Coze"
    coze.post("/v1/bot/publish", {"bot_id": BOT_ID, "connector_ids": ["1024"]})
    assert coze.get(f"/v1/bots/{BOT_ID}?is_published=true")["data"]["name"] == "Renamed"


def test_a_bot_that_is_taken_off_the_channel_refuses_chats(coze: Caller) -> None:
    answer = coze.post(f"/v1/bots/{BOT_ID}/unpublish", {"bot_id": BOT_ID, "connector_id": "1024"})
    assert (answer["code"], "data" in answer) == (0, False)
    assert chat_code(coze, BOT_ID) == 4015
    assert listed(coze) == listed_of_old(coze) == [SECOND_BOT_ID]
    assert coze.get(f"/v1/bots/{BOT_ID}?is_published=true")["code"] == 4015


@pytest.mark.parametrize(
    ("path", "fields", "code"),
    [
        ("/v1/bot/create", {"name": "n"}, 4000),
        ("/v1/bot/create", {"space_id": "1", "name": "n"}, 4200),
        ("/v1/bot/create", {"space_id": WORKSPACE_ID}, 4000),
        ("/v1/bot/create", {"space_id": WORKSPACE_ID, "name": "n" * 21}, 4000),
        ("/v1/bot/create", {"space_id": WORKSPACE_ID, "name": "n", "description": "d" * 501}, 4000),
        ("/v1/bot/create", {"space_id": WORKSPACE_ID, "name": "n", "prompt_info": "p"}, 4000),
        ("/v1/bot/update", {"bot_id": "1", "name": "n"}, 4200),
        ("/v1/bot/publish", {"bot_id": "1", "connector_ids": ["1024"]}, 4200),
        ("/v1/bot/publish", {"bot_id": BOT_ID}, 4000),
        ("/v1/bot/publish", {"bot_id": BOT_ID, "connector_ids": [1024]}, 4000),
        (f"/v1/bots/{BOT_ID}/unpublish", {"bot_id": BOT_ID}, 4000),
        ("/v1/bots/1/unpublish", {"bot_id": "1", "connector_id": "1024"}, 4200),
    ],
)
def test_refuses_a_change_that_there_cannot_be(coze: Caller, path: str, fields: dict[str, Any], code: int) -> None:
    assert coze.post(path, fields)["code"] == code


def test_reset_brings_the_first_bots_back(coze: Caller) -> None:
    create(coze)
    coze.post(f"/v1/bots/{BOT_ID}/unpublish", {"connector_id": "1024"})
    coze.post("/_emulator/reset")
    assert listed(coze, publish_status="all") == [BOT_ID, UNPUBLISHED_BOT_ID, SECOND_BOT_ID]
    assert chat_code(coze, BOT_ID) == 0
