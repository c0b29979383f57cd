"""`GET /v1/models`: the bots that holders of a key may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from responses.matchers import query_param_matcher

from tests.coze_wire import BASE_URL, BOT_ID, answer, json_of, ok
from tests.test_face import URL as FACE_URL
from tests.test_lists import bot as listed_bot
from tests.test_lists import workspace
from tests.visitor import play

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient

KEY = "key_CANARY0123456789"
OTHER_ID = "7379462189365198900"
SITES_OWN = {"id": BOT_ID, "object": "model", "created": 0, "owned_by": "coze", "name": "Helper"}


@pytest.fixture
def holder(make_app: Callable[..., Flask]) -> FlaskClient:
    """Give the holder of a key."""
    client = make_app(COZE_WEB_API_KEYS=KEY).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"
    return client


def bot(bot_id: str, name: str, *, is_published: bool = True) -> dict[str, Any]:
    return {**listed_bot(1), "id": bot_id, "name": name, "is_published": is_published}


def lists(coze: responses.RequestsMock, *bots: dict[str, Any]) -> None:
    """Let Coze know one workspace with these bots."""
    coze.get(f"{BASE_URL}/v1/workspaces", json=ok({"total_count": 1, "workspaces": [workspace(1)]}))
    coze.get(f"{BASE_URL}/v1/bots", json=ok({"total": len(bots), "items": bots}))


def refuses(coze: responses.RequestsMock, code: int = 4101) -> None:
    coze.get(f"{BASE_URL}/v1/workspaces", json={"code": code, "msg": "upstream words"})


def listed(client: FlaskClient) -> Any:
    response: Any = client.get("/v1/models")
    assert response.status_code == 200, response.text
    assert response.json["object"] == "list"
    return [(model["id"], model["name"]) for model in response.json["data"]]


def chat(client: FlaskClient, model: str) -> Any:
    return client.post("/v1/chat/completions", json={"model": model, "messages": [{"role": "user", "content": "hi"}]})


def test_the_sites_own_bot_comes_first_and_drafts_do_not(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    lists(coze, bot("8", "Draft", is_published=False), bot(OTHER_ID, "Other"), bot(BOT_ID, "Helper"))
    assert listed(holder) == [(BOT_ID, "Helper"), (OTHER_ID, "Other")]


def test_coze_is_asked_once(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    lists(coze, bot(BOT_ID, "Helper"))
    for _ in range(3):
        listed(holder)
    assert len(coze.calls) == 2


def test_every_page_is_read(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    lists(coze)
    coze.remove("GET", f"{BASE_URL}/v1/bots")
    for page in ("1", "2"):
        items = [bot(f"{page}{number:04}", f"bot {page} {number}") for number in range(50)]
        matcher = query_param_matcher({"page_index": page}, strict_match=False)
        coze.get(f"{BASE_URL}/v1/bots", json=ok({"total": 100, "items": items}), match=[matcher])
    coze.get(FACE_URL, json=ok({"bot_id": BOT_ID, "name": "Helper"}))
    assert len(listed(holder)) == 1 + 100


def test_a_token_that_may_list_nothing_has_the_sites_own_bot(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    refuses(coze)
    coze.get(FACE_URL, json=ok({"bot_id": BOT_ID, "name": "Helper"}))
    assert listed(holder) == [(BOT_ID, "Helper")]
    for named in (BOT_ID, "Helper"):
        assert holder.get(f"/v1/models/{named}").json == SITES_OWN


@pytest.mark.parametrize("refusing", ["1", "2"])
def test_a_workspace_that_refuses_hides_no_other(
    holder: FlaskClient, coze: responses.RequestsMock, refusing: str
) -> None:
    coze.get(f"{BASE_URL}/v1/workspaces", json=ok({"total_count": 2, "workspaces": [workspace(1), workspace(2)]}))
    for number in ("1", "2"):
        bots = ok({"total": 1, "items": [bot(OTHER_ID, "Other")]})
        matcher = query_param_matcher({"workspace_id": number}, strict_match=False)
        refusal = {"code": 4101, "msg": "upstream words"}
        coze.get(f"{BASE_URL}/v1/bots", json=refusal if number == refusing else bots, match=[matcher])
    coze.get(FACE_URL, json=ok({"bot_id": BOT_ID, "name": "Helper"}))
    assert listed(holder) == [(BOT_ID, "Helper"), (OTHER_ID, "Other")]


def test_where_every_workspace_refuses_that_is_told(
    make_app: Callable[..., Flask], coze: responses.RequestsMock
) -> None:
    lists(coze)
    coze.replace("GET", f"{BASE_URL}/v1/bots", json={"code": 4101, "msg": "upstream words"})
    client = make_app(COZE_WEB_API_KEYS=KEY, COZE_BOT_ID="").test_client()
    response: Any = client.get("/v1/models", headers={"Authorization": f"Bearer {KEY}"})
    assert (response.status_code, response.json["error"]["code"]) == (502, "4101")


def test_a_coze_that_tells_nothing_at_all_leaves_its_id(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    refuses(coze)
    coze.get(FACE_URL, json={"code": 4101, "msg": "upstream words"})
    assert listed(holder) == [(BOT_ID, "")]


def test_without_a_bot_of_its_own_the_published_ones_are_there(
    make_app: Callable[..., Flask], coze: responses.RequestsMock
) -> None:
    lists(coze, bot(OTHER_ID, "Other"))
    play(coze, answer("hi"))
    client = make_app(COZE_WEB_API_KEYS=KEY, COZE_BOT_ID="").test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"
    assert listed(client) == [(OTHER_ID, "Other")]
    assert chat(client, "Other").status_code == 200
    assert json_of(coze.calls[-1].request)["bot_id"] == OTHER_ID


def test_for_the_sites_own_id_nobody_is_asked(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("hi"))
    assert chat(holder, BOT_ID).status_code == 200
    assert len(coze.calls) == 1


@pytest.mark.parametrize("named", [OTHER_ID, "Other / 另一个"])
def test_a_bot_is_asked_by_its_id_or_its_name(holder: FlaskClient, coze: responses.RequestsMock, named: str) -> None:
    lists(coze, bot(BOT_ID, "Helper"), bot(OTHER_ID, "Other / 另一个"))
    play(coze, answer("hi"))
    response = chat(holder, named)
    assert response.json is not None
    assert response.json["model"] == named
    assert json_of(coze.calls[-1].request)["bot_id"] == OTHER_ID
    shown: Any = holder.get(f"/v1/models/{named}").json
    assert shown == {**SITES_OWN, "id": OTHER_ID, "created": 1718000000, "name": "Other / 另一个"}


def test_of_two_with_one_name_the_sites_own_is_meant_or_none(holder: FlaskClient, coze: responses.RequestsMock) -> None:
    lists(coze, bot(OTHER_ID, "Twin"), bot("9", "Twin"), bot("8", "Helper"), bot(BOT_ID, "Helper"))
    assert holder.get("/v1/models/Helper").json["id"] == BOT_ID  # type: ignore[index]
    assert holder.get("/v1/models/Twin").status_code == 404


@pytest.mark.parametrize("unknown", ["gpt-5", "1", "{name}"])
def test_an_unknown_model_is_not_found(holder: FlaskClient, coze: responses.RequestsMock, unknown: str) -> None:
    lists(coze, bot(BOT_ID, "Helper"))
    for response in (chat(holder, unknown), holder.get(f"/v1/models/{unknown}")):
        assert response.status_code == 404
        assert response.json is not None
        error = response.json["error"]
        assert (error["code"], error["param"], error["type"]) == ("model_not_found", "model", "invalid_request_error")
        assert unknown in error["message"]


def test_where_coze_does_not_tell_it_is_not_said_to_be_unknown(
    holder: FlaskClient, coze: responses.RequestsMock
) -> None:
    refuses(coze, 4100)
    coze.get(FACE_URL, json=ok({"bot_id": BOT_ID, "name": "Helper"}))
    response = chat(holder, "Other")
    assert response.status_code == 502
    assert response.json is not None
    assert response.json["error"]["code"] == "4100"
