"""`/api/v1/coze/conversations`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.coze_wire import BASE_URL, BOT_ID, CONVERSATION_ID, LOGID, json_of, ok

if TYPE_CHECKING:
    import responses
    from flask.testing import FlaskClient

API = "/api/v1/coze/conversations"
ONE = f"{API}/{CONVERSATION_ID}"
COZE = f"{BASE_URL}/v1/conversation"
COZE_ONE = f"{BASE_URL}/v1/conversations/{CONVERSATION_ID}"
CONVERSATION = {"id": CONVERSATION_ID, "created_at": 1, "meta_data": {"a": "b"}, "last_section_id": "9", "name": "n"}
MESSAGE = {"id": "11", "role": "user", "type": "question", "content": "你好", "content_type": "text", "meta_data": {}}


def test_a_conversation_is_opened(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(f"{COZE}/create", json=ok(CONVERSATION))
    new = {"bot_id": BOT_ID, "name": "n", "meta_data": {"a": "b"}, "messages": [{"content": "你好"}]}
    response = operator.post(API, json=new)
    assert response.status_code == 201
    assert response.json == {**CONVERSATION, "updated_at": None, "logid": LOGID}
    sent = json_of(coze.calls[0].request)
    assert (sent["bot_id"], sent["name"], sent["meta_data"]) == (BOT_ID, "n", {"a": "b"})
    assert (sent["messages"][0]["content"], sent["messages"][0]["role"]) == ("你好", "user")


def test_an_empty_object_is_enough(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(f"{COZE}/create", json=ok(CONVERSATION))
    assert operator.post(API, json={}).status_code == 201


def test_a_conversation_is_shown(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.get(f"{COZE}/retrieve", json=ok(CONVERSATION))
    body = operator.get(ONE).json
    assert body is not None
    assert (body["id"], body["logid"]) == (CONVERSATION_ID, LOGID)


def test_a_conversation_is_renamed(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.put(COZE_ONE, json=ok({**CONVERSATION, "name": "新名"}))
    body = operator.put(ONE, json={"name": "新名"}).json
    assert body is not None
    assert body["name"] == "新名"
    assert json_of(coze.calls[0].request) == {"name": "新名"}


def test_a_conversation_is_deleted(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.delete(COZE_ONE, json={"code": 0, "msg": "", "detail": {"logid": LOGID}})
    response = operator.delete(ONE)
    assert (response.status_code, response.json) == (200, {"logid": LOGID})


def test_clearing_begins_a_section(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(f"{COZE_ONE}/clear", json=ok({"id": "77", "conversation_id": CONVERSATION_ID}))
    assert operator.post(f"{ONE}/clear").json == {"id": "77", "conversation_id": CONVERSATION_ID, "logid": LOGID}


def test_messages_are_paged_by_id(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    more = {"first_id": "11", "last_id": "11", "has_more": True}
    coze.post(f"{COZE}/message/list", json={**ok([MESSAGE, MESSAGE]), **more})
    body: Any = operator.get(f"{ONE}/messages?page_size=5&order=asc&after_id=10").json
    assert [item["content"] for item in body["items"]] == ["你好"]
    assert {**body, "items": []} == {
        "items": [], "page_num": None, "page_size": 5, "has_more": True, "total": None, "logid": LOGID,
        "first_id": "11", "last_id": "11",
    }  # fmt: skip
    sent = json_of(coze.calls[0].request)
    assert (sent["limit"], sent["order"], sent["after_id"]) == (5, "asc", "10")


def test_an_empty_page_of_messages_is_the_last(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(f"{COZE}/message/list", json={**ok([]), "first_id": "", "last_id": "", "has_more": True})
    body: Any = operator.get(f"{ONE}/messages").json
    assert (body["items"], body["has_more"]) == ([], False)


def test_a_message_is_added(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(f"{COZE}/message/create", json=ok(MESSAGE))
    response = operator.post(f"{ONE}/messages", json={"content": "你好"})
    assert response.status_code == 201
    assert response.json is not None
    assert (response.json["id"], response.json["logid"]) == ("11", LOGID)
    assert json_of(coze.calls[0].request)["role"] == "user"


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", API, {"name": "x" * 101}, "`name` must have 100 characters or fewer"),
        ("POST", API, {"bot_id": 7}, "`bot_id` must be a string, never a number"),
        ("POST", API, {"meta_data": {f"k{n}": "v" for n in range(17)}}, "`meta_data` must have 16 entries or fewer"),
        ("POST", API, {"meta_data": {"k": "v" * 513}}, "512 characters"),
        ("POST", API, {"messages": [{"content": "a"}] * 17}, "`messages` must have 16 entries or fewer"),
        ("POST", API, {"messages": [{"role": "system", "content": "a"}]}, "`messages.0.role` must be 'user'"),
        ("PUT", ONE, {}, "`name` is missing"),
        ("PUT", ONE, {"name": ""}, "`name` must not be empty"),
        ("POST", f"{ONE}/messages", {"content": ""}, "`content` must not be empty"),
        ("GET", f"{ONE}/messages?page_size=51", None, "50 or less"),
        ("GET", f"{ONE}/messages?order=new", None, "`order` must be 'asc' or 'desc'"),
    ],
)
def test_what_coze_would_refuse_is_refused_here(
    coze: responses.RequestsMock, operator: FlaskClient, method: str, path: str, body: Any, told: str
) -> None:
    response = operator.open(path, method=method, json=body)
    assert response.status_code == 400
    assert response.json is not None
    assert told in response.json["message"]
    assert not coze.calls


def test_a_conversation_that_is_gone_is_told(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.get(f"{COZE}/retrieve", json={"code": 4002, "msg": "upstream words"})
    response = operator.get(ONE)
    assert response.json is not None
    assert response.json["code"] == "4002"


def test_a_message_without_an_id_is_an_error_too(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(f"{COZE}/message/create", json=ok({**MESSAGE, "id": None}))
    response = operator.post(f"{ONE}/messages", json={"content": "x"})
    assert response.status_code == 502
    assert response.json is not None
    assert (response.json["code"], response.json["logid"]) == ("upstream_error", LOGID)


def test_an_answer_without_what_is_required_is_an_error(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    headers = {"X-Tt-Logid": LOGID}
    coze.get(f"{COZE}/retrieve", json={"code": 0, "data": {"id": CONVERSATION_ID}}, headers=headers)
    response = operator.get(ONE)
    assert response.status_code == 502
    assert response.json is not None
    assert (response.json["code"], response.json["logid"]) == ("upstream_error", LOGID)
