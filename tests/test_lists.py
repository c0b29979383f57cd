"""The operator's lists: workspaces, bots, conversations, workflows, each page as one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.coze_wire import BASE_URL, BOT_ID, LOGID, WORKFLOW_ID, WORKSPACE_ID, ok

if TYPE_CHECKING:
    import responses
    from flask.testing import FlaskClient

API = "/api/v1/coze"


def workspace(number: int) -> dict[str, Any]:
    return {
        "id": f"{number}", "name": f"W{number}", "icon_url": "", "role_type": "owner", "workspace_type": "team",
        "enterprise_id": "",
    }  # fmt: skip


def bot(number: int) -> dict[str, Any]:
    return {
        "id": f"{number}", "name": f"B{number}", "description": "", "icon_url": "", "is_published": number % 2 == 0,
        "updated_at": 1718000000, "owner_user_id": "1",
    }  # fmt: skip


def conversation(number: int) -> dict[str, Any]:
    return {"id": f"{number}", "created_at": 1718000000, "meta_data": {}, "last_section_id": "9", "name": f"C{number}"}


def workflow(number: int) -> dict[str, Any]:
    return {
        "workflow_id": f"{number}", "workflow_name": f"F{number}", "description": "", "icon_url": "", "app_id": "",
        "created_at": 1, "updated_at": 2, "creator": {"id": "3", "name": "me"},
    }  # fmt: skip


class List:
    """One list: our address and Coze's, and how Coze writes a page of it."""

    def __init__(self, path: str, coze: str, make: Any, field: str, total: str = "") -> None:
        self.path, self.coze, self._make, self._field, self._total = path, BASE_URL + coze, make, field, total

    def page(self, numbers: list[int], *, more: bool = False, total: int = 0) -> dict[str, Any]:
        counted = {self._total: total} if self._total else {"has_more": more}
        return ok({self._field: [self._make(number) for number in numbers], **counted})


WORKSPACES = List("/workspaces?", "/v1/workspaces", workspace, "workspaces", "total_count")
BOTS = List(f"/bots?workspace_id={WORKSPACE_ID}", "/v1/bots", bot, "items", "total")
CONVERSATIONS = List(f"/conversations?bot_id={BOT_ID}", "/v1/conversations", conversation, "conversations")
WORKFLOWS = List(f"/workflows?workspace_id={WORKSPACE_ID}", "/v1/workflows", workflow, "items")
ALL = [WORKSPACES, BOTS, CONVERSATIONS, WORKFLOWS]
COUNTED = [WORKSPACES, BOTS]


def ids(body: Any) -> list[str]:
    return [item["id"] for item in body["items"]]


def ask(operator: FlaskClient, kind: List, query: str = "") -> Any:
    response = operator.get(API + kind.path + query)
    assert response.status_code == 200, response.text
    return response.json


@pytest.mark.parametrize("kind", ALL)
def test_a_page_has_one_shape(coze: responses.RequestsMock, operator: FlaskClient, kind: List) -> None:
    coze.get(kind.coze, json=kind.page([1, 2], more=True, total=5))
    body = ask(operator, kind, "&page_size=2")
    assert set(body) == {"items", "page_num", "page_size", "has_more", "total", "logid"}
    assert ids(body) == ["1", "2"]
    assert (body["page_num"], body["page_size"], body["has_more"], body["logid"]) == (1, 2, True, LOGID)
    assert body["total"] == (5 if kind in COUNTED else None)
    assert all(item["name"] for item in body["items"])


@pytest.mark.parametrize("kind", ALL)
def test_the_page_is_asked_of_coze(coze: responses.RequestsMock, operator: FlaskClient, kind: List) -> None:
    coze.get(kind.coze, json=kind.page([3], more=False, total=3))
    ask(operator, kind, "&page_num=2&page_size=2")
    asked = coze.calls[0].request.params  # type: ignore[attr-defined] # responses adds it
    assert (asked["page_num"], asked["page_size"]) == ("2", "2")


def test_the_page_of_bots_has_both_its_names(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.get(BOTS.coze, json=BOTS.page([3], total=3))
    ask(operator, BOTS, "&page_num=2&page_size=2")
    asked = coze.calls[0].request.params  # type: ignore[attr-defined]
    assert asked["page_index"] == asked["page_num"] == "2"
    assert asked["publish_status"] == "all", "drafts are the owner's too"


@pytest.mark.parametrize("kind", ALL)
def test_an_id_is_shown_once(coze: responses.RequestsMock, operator: FlaskClient, kind: List) -> None:
    coze.get(kind.coze, json=kind.page([1, 1, 2], total=3))
    assert ids(ask(operator, kind)) == ["1", "2"]


@pytest.mark.parametrize("kind", ALL)
def test_an_empty_page_is_the_last_whatever_coze_says(
    coze: responses.RequestsMock, operator: FlaskClient, kind: List
) -> None:
    coze.get(kind.coze, json=kind.page([], more=True, total=99))
    body = ask(operator, kind)
    assert body["items"] == []
    assert body["has_more"] is False


def test_a_coze_that_repeats_its_first_page_of_bots_is_read_once(
    coze: responses.RequestsMock, operator: FlaskClient
) -> None:
    coze.get(BOTS.coze, json=BOTS.page([1, 2], total=100))
    seen, page = [], 1
    while True:
        body = ask(operator, BOTS, f"&page_num={page}&page_size=2")
        seen += ids(body)
        if not body["has_more"]:
            break
        page += 1
    assert seen == ["1", "2"]
    assert page == 2


@pytest.mark.parametrize(("kind", "most"), [(WORKSPACES, 50), (BOTS, 50), (CONVERSATIONS, 50), (WORKFLOWS, 30)])
def test_a_page_is_no_larger_than_coze_allows(
    coze: responses.RequestsMock, operator: FlaskClient, kind: List, most: int
) -> None:
    coze.get(kind.coze, json=kind.page([]))
    assert operator.get(f"{API}{kind.path}&page_size={most}").status_code == 200
    refused = operator.get(f"{API}{kind.path}&page_size={most + 1}")
    assert refused.status_code == 400
    assert f"{most} or less" in refused.text
    assert len(coze.calls) == 1


def test_a_bot_is_shown_as_its_owner_edits_it(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    found = {
        "bot_id": BOT_ID, "name": "Helper", "description": "d", "icon_url": "i", "create_time": 1, "update_time": 2,
        "version": "3", "bot_mode": 0, "prompt_info": {"prompt": "be kind"},
        "onboarding_info": {"prologue": "hi", "suggested_questions": ["q"]},
        "model_info": {"model_id": "1", "model_name": "m"}, "plugin_info_list": [], "workflow_info_list": [],
    }  # fmt: skip
    coze.get(f"{BASE_URL}/v1/bots/{BOT_ID}", json=ok(found))
    response = operator.get(f"{API}/bots/{BOT_ID}")
    assert response.json is not None
    assert response.json["id"] == BOT_ID
    assert response.json["prompt"] == "be kind"
    assert response.json["onboarding"] == {"prologue": "hi", "suggested_questions": ["q"]}
    assert response.json["model"]["model_name"] == "m"
    assert response.json["logid"] == LOGID
    assert coze.calls[0].request.params == {"is_published": "false"}  # type: ignore[attr-defined]


def test_the_log_id_of_the_self_hosted_studio_is_told_too(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    page = WORKFLOWS.page([int(WORKFLOW_ID)])
    del page["detail"]
    coze.get(WORKFLOWS.coze, json=page, headers={"X-Log-ID": "studio-1"})
    assert ask(operator, WORKFLOWS)["logid"] == "studio-1"
