"""The account of the emulator: its one user, its one workspace, and the files that were uploaded."""

from __future__ import annotations

import io

import pytest

from coze_web.emulator import WORKSPACE_ID, files_api
from tests.emulator_caller import Caller

USER_ID = "7379462189365190001"


@pytest.fixture
def coze() -> Caller:
    return Caller()


def upload(coze: Caller, *contents: bytes) -> dict[str, object]:
    data = {"file": [(io.BytesIO(content), f"{n}.txt") for n, content in enumerate(contents)]}
    answer: dict[str, object] = coze.client.post("/v1/files/upload", data=data, headers=coze.headers).get_json()
    return answer


def test_tells_whose_token_it_is(coze: Caller) -> None:
    assert set(coze.get("/v1/users/me")["data"]) == {"user_id", "user_name", "nick_name", "avatar_url"}


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ({}, 1),
        ({"user_id": USER_ID}, 1),
        ({"user_id": USER_ID, "coze_account_id": USER_ID}, 1),
        ({"user_id": "1"}, 0),
        ({"coze_account_id": "1"}, 0),
    ],
)
def test_lists_the_workspaces_of_a_user_and_an_account(coze: Caller, query: dict[str, str], total: int) -> None:
    data = coze.get("/v1/workspaces", query)["data"]
    assert data["total_count"] == total
    assert [workspace["id"] for workspace in data["workspaces"]] == [WORKSPACE_ID] * total


def test_there_is_no_second_page_of_workspaces(coze: Caller) -> None:
    data = coze.get("/v1/workspaces", {"page_num": "2"})["data"]
    assert (data["total_count"], data["workspaces"]) == (1, [])


@pytest.mark.parametrize("query", [{"page_size": "51"}, {"page_size": "0"}, {"page_num": "x"}, {"page_num": "-1"}])
def test_refuses_a_page_that_there_cannot_be(coze: Caller, query: dict[str, str]) -> None:
    assert coze.get("/v1/workspaces", query)["code"] == 4000


def test_tells_what_is_known_of_a_file(coze: Caller) -> None:
    file = coze.client.post(
        "/v1/files/upload", data={"file": (io.BytesIO(b"hello"), "a.txt")}, headers=coze.headers
    ).get_json()["data"]
    assert (file["bytes"], file["file_name"], file["created_at"]) == (5, "a.txt", int(coze.clock.now))
    assert coze.get("/v1/files/retrieve", {"file_id": file["id"]})["data"] == file


def test_refuses_no_file_an_empty_one_and_several(coze: Caller) -> None:
    assert upload(coze)["code"] == 4300
    assert upload(coze, b"")["code"] == 4300
    assert upload(coze, b"a", b"b")["code"] == 4301


def test_refuses_a_file_that_is_too_large(coze: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_api, "LARGEST", 3)
    assert upload(coze, b"abc")["code"] == 0
    assert upload(coze, b"abcd")["code"] == 4302


def test_does_not_know_a_file_that_nobody_uploaded(coze: Caller) -> None:
    assert coze.get("/v1/files/retrieve", {"file_id": "1"})["code"] == 4200
    assert coze.get("/v1/files/retrieve")["code"] == 4000
