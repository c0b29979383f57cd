"""What workflows the emulator has."""

from __future__ import annotations

import pytest

from coze_web.emulator import WORKFLOW_ID, WORKSPACE_ID
from coze_web.emulator.workflows import UNPUBLISHED_WORKFLOW_ID
from tests.emulator_caller import Caller


@pytest.fixture
def coze() -> Caller:
    return Caller()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [WORKFLOW_ID]),
        ({"workspace_id": WORKSPACE_ID, "publish_status": "published_online"}, [WORKFLOW_ID]),
        ({"publish_status": "unpublished_draft"}, [UNPUBLISHED_WORKFLOW_ID]),
        ({"publish_status": "PublishStatus.ALL"}, [WORKFLOW_ID, UNPUBLISHED_WORKFLOW_ID]),
        ({"workflow_mode": "WorkflowMode.WORKFLOW"}, [WORKFLOW_ID]),
        ({"workflow_mode": "chatflow"}, []),
        ({"app_id": "1"}, []),
    ],
)
def test_lists_by_status_and_kind_and_app(coze: Caller, query: dict[str, str], expected: list[str]) -> None:
    items = coze.get("/v1/workflows", query)["data"]["items"]
    assert [workflow["workflow_id"] for workflow in items] == expected


def test_turns_pages(coze: Caller) -> None:
    query = {"publish_status": "all", "page_size": "1"}
    pages = [coze.get("/v1/workflows", {**query, "page_num": str(number)})["data"] for number in (1, 2)]
    assert [[one["workflow_id"] for one in page["items"]] for page in pages] == [
        [WORKFLOW_ID],
        [UNPUBLISHED_WORKFLOW_ID],
    ]
    assert [page["has_more"] for page in pages] == [True, False]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"page_size": "31"}, 4000),
        ({"workspace_id": "1"}, 4200),
        ({"publish_status": "x"}, 4000),
        ({"workflow_mode": "x"}, 4000),
    ],
)
def test_refuses_a_list_that_there_cannot_be(coze: Caller, query: dict[str, str], code: int) -> None:
    assert coze.get("/v1/workflows", query)["code"] == code


def test_shows_a_workflow_as_the_list_does(coze: Caller) -> None:
    detail = coze.get(f"/v1/workflows/{WORKFLOW_ID}")["data"]["workflow_detail"]
    assert detail == coze.get("/v1/workflows")["data"]["items"][0]
    assert coze.get("/v1/workflows/1")["code"] == 4200
