"""`/api/v1/coze/workflows`: runs that are waited for, and what Coze has kept of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.coze_wire import (
    BASE_URL,
    DEBUG_URL,
    EXECUTE_ID,
    LOGID,
    USAGE,
    WORKFLOW_ID,
    json_of,
    ok,
)  # fmt: skip

if TYPE_CHECKING:
    import responses
    from flask.testing import FlaskClient

API = "/api/v1/coze/workflows"
RUN = f"{API}/{WORKFLOW_ID}/run"
COZE_RUN = f"{BASE_URL}/v1/workflow/run"
HISTORY = f"{BASE_URL}/v1/workflows/{WORKFLOW_ID}/run_histories/{EXECUTE_ID}"
DONE = {
    "code": 0, "msg": "", "data": '{"output":"晴"}', "debug_url": DEBUG_URL, "execute_id": EXECUTE_ID, "usage": USAGE,
    "detail": {"logid": LOGID},
}  # fmt: skip


def logged(operator: FlaskClient) -> Any:
    """Return the newest run of the log."""
    body: Any = operator.get(f"{API}/runs").json
    return body["items"][0] if body["items"] else None


def test_a_run_is_waited_for(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(COZE_RUN, json=DONE)
    response = operator.post(RUN, json={"parameters": {"city": "北京"}, "stream": False})
    assert response.status_code == 200
    assert response.json == {
        "execute_id": EXECUTE_ID, "output": '{"output":"晴"}', "debug_url": DEBUG_URL, "usage": USAGE, "logid": LOGID,
    }  # fmt: skip
    sent = json_of(coze.calls[0].request)
    assert (sent["workflow_id"], sent["parameters"]) == (WORKFLOW_ID, {"city": "北京"})


def test_and_written_down(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(COZE_RUN, json=DONE)
    operator.post(RUN, json={"parameters": {"city": "北京"}}, headers={"X-Request-ID": "mine"})
    run = logged(operator)
    assert (run["status"], run["mode"], run["execute_id"]) == ("succeeded", "blocking", EXECUTE_ID)
    assert json.loads(run["parameters"]) == {"city": "北京"}
    assert (run["output"], run["logid"], run["debug_url"]) == ('{"output":"晴"}', LOGID, DEBUG_URL)
    assert {name: run[name] for name in USAGE} == USAGE
    assert run["request_id"] == "mine"
    assert run["duration_ms"] >= 0


def test_escaped_characters_are_found_too(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(COZE_RUN, json={**DONE, "data": json.dumps({"output": "明天晴"})})
    operator.post(RUN, json={})
    body: Any = operator.get(f"{API}/runs?q=明天").json
    assert [run["output"] for run in body["items"]] == ['{"output": "明天晴"}']


def test_a_run_that_waits_for_an_answer_is_interrupted(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(COZE_RUN, json={**DONE, "data": None})
    assert operator.post(RUN, json={}).status_code == 200
    assert logged(operator)["status"] == "interrupted"


@pytest.mark.parametrize(
    ("answer", "status", "code", "logged_as"),
    [
        ({"json": {"code": 720701013, "msg": "Missing input", "debug_url": DEBUG_URL, "detail": {"logid": LOGID}}},
         502, "720701013", "failed"),
        ({"json": {"code": 4200, "msg": "x"}}, 404, "4200", "failed"),
        ({"body": requests.exceptions.ReadTimeout()}, 504, "upstream_timeout", "unknown"),
        ({"body": "<html>", "status": 502}, 502, "upstream_error", "unknown"),
        ({"json": ok(None)}, 502, "upstream_error", "unknown"),
    ],
)  # fmt: skip
def test_a_run_that_fails_is_told_and_written_down(
    coze: responses.RequestsMock, operator: FlaskClient, answer: dict[str, Any], status: int, code: str, logged_as: str
) -> None:
    coze.post(COZE_RUN, **answer)
    response: Any = operator.post(RUN, json={})
    assert (response.status_code, response.json["code"]) == (status, code)
    run = logged(operator)
    assert (run["status"], run["error_code"]) == (logged_as, code)
    assert run["error_message"]


def test_coze_s_own_words_are_in_the_log_only(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(COZE_RUN, json={"code": 720701013, "msg": "Missing input", "debug_url": DEBUG_URL})
    assert "Missing input" not in operator.post(RUN, json={}).text
    run = logged(operator)
    assert (run["error_message"], run["debug_url"]) == ("Missing input", DEBUG_URL)
    assert run["execute_id"] == EXECUTE_ID, "the link to the trace holds it"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"parameters": []}, "`parameters` must be a JSON object"),
        ({"parameters": {}, "stream": "yes"}, "`stream` must be true or false"),
        ({"bot_id": "1", "app_id": "2"}, "bot_id and app_id exclude each other"),
        ({"bot_id": 1}, "`bot_id` must be a string"),
    ],
)
def test_what_is_wrong_with_a_run_is_told_before_it_begins(
    coze: responses.RequestsMock, operator: FlaskClient, body: Any, told: str
) -> None:
    response: Any = operator.post(RUN, json=body)
    assert response.status_code == 400
    assert told in response.json["message"]
    assert not coze.calls
    assert logged(operator) is None


def test_large_parameters_are_welcome_but_not_any(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.post(COZE_RUN, json=DONE)
    assert operator.post(RUN, json={"parameters": {"text": "x" * 1024 * 1024}}).status_code == 200
    response: Any = operator.post(RUN, json={"parameters": {"text": "x" * 2 * 1024 * 1024}})
    assert response.status_code == 413
    assert "2048 KiB" in response.json["message"]


KEPT = {
    "execute_id": EXECUTE_ID, "execute_status": "Success", "bot_id": "0", "connector_id": "1024",
    "connector_uid": "1", "run_mode": 1, "logid": "run-log", "create_time": 1, "update_time": 3,
    "output": '{"Output":"x"}', "error_code": "", "error_message": "", "debug_url": DEBUG_URL, "usage": USAGE,
    "is_output_trimmed": False,
    "node_execute_status": {
        name: {"node_id": "n", "is_finish": True, "update_time": 2, "node_execute_uuid": uuid}
        for name, uuid in (("开始", "u1"), ("End", "u2"))
    },
}  # fmt: skip


def test_what_coze_has_kept_of_a_run_is_shown(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.get(HISTORY, json=ok([KEPT]))
    coze.get(f"{HISTORY}/execute_nodes/u1", json=ok({"is_finish": True, "node_output": "out 1"}))
    coze.get(f"{HISTORY}/execute_nodes/u2", json={"code": 4314, "msg": "upstream words"})
    body: Any = operator.get(f"{API}/{WORKFLOW_ID}/runs/{EXECUTE_ID}").json
    assert body["logid"] == LOGID
    run = body["run"]
    assert (run["status"], run["mode"], run["logid"], run["error_code"]) == ("succeeded", "streaming", "run-log", "")
    assert [(node["name"], node["output"], node["error"]) for node in body["nodes"]] == [
        ("开始", "out 1", ""), ("End", None, "4314"),
    ]  # fmt: skip
    assert body["has_more_nodes"] is False


def test_not_more_than_fifty_nodes_are_asked_for(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    node = {"node_id": "n", "is_finish": True, "update_time": 2, "node_execute_uuid": "u"}
    coze.get(HISTORY, json=ok([{**KEPT, "node_execute_status": {f"n{number}": node for number in range(60)}}]))
    coze.get(f"{HISTORY}/execute_nodes/u", json=ok({"is_finish": True, "node_output": "x"}))
    body: Any = operator.get(f"{API}/{WORKFLOW_ID}/runs/{EXECUTE_ID}").json
    assert (len(body["nodes"]), body["has_more_nodes"]) == (50, True)


def test_nodes_are_not_waited_for_for_ever(
    coze: responses.RequestsMock, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coze_web.gateway.workflows.LONGEST_LOOK", -1)
    coze.get(HISTORY, json=ok([KEPT]))
    body: Any = operator.get(f"{API}/{WORKFLOW_ID}/runs/{EXECUTE_ID}").json
    assert [node["error"] for node in body["nodes"]] == ["upstream_too_long"] * 2
    assert len(coze.calls) == 1


def test_a_run_that_coze_does_not_know_is_not_found(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    coze.get(HISTORY, json={"code": 4314, "msg": "upstream words", "detail": {"logid": LOGID}})
    response: Any = operator.get(f"{API}/{WORKFLOW_ID}/runs/{EXECUTE_ID}")
    assert (response.status_code, response.json["code"], response.json["logid"]) == (404, "4314", LOGID)
