"""Running a workflow from the console: watched by its script, or waited for without one."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from tests.console_user import HOME, form_token, send, text_of
from tests.coze_wire import BASE_URL, EXECUTE_ID, LOGID, STREAM_HEADERS, WORKFLOW_ID, json_of
from tests.test_workflow_streams import GOOD
from tests.test_workflows import DONE, logged

if TYPE_CHECKING:
    import responses
    from flask.testing import FlaskClient

PAGE = f"{HOME}/workflows/{WORKFLOW_ID}"
COZE = f"{BASE_URL}/v1/workflow"


def stream(console: FlaskClient, verb: str, body: dict[str, Any]) -> Any:
    token = form_token(console.get(PAGE).text)
    return console.post(f"{PAGE}/{verb}", json=body, headers={"X-Form-Token": token})


def parameters_on(html: str) -> str:
    found = re.search(r"(?s)<textarea[^>]*>(.*?)</textarea>", html)
    assert found
    return unescape(found[1])


def test_without_a_script_the_form_waits_for_the_result(
    coze: responses.RequestsMock, console: FlaskClient, operator: FlaskClient
) -> None:
    coze.post(f"{COZE}/run", json=DONE)
    response = send(console, PAGE, parameters='{"city": "北京"}', bot_id=" 7 ", app_id="")
    assert response.status_code == 200
    assert '{"output":"晴"}' in unescape(text_of(response.text))
    sent = json_of(coze.calls[0].request)
    assert (sent["parameters"], sent["bot_id"]) == ({"city": "北京"}, "7")
    run = logged(operator)
    assert (run["status"], run["mode"]) == ("succeeded", "blocking")
    assert parameters_on(console.get(PAGE).text) == run["parameters"], "the next run begins with them"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"parameters": "{"}, "not valid JSON"),
        ({"parameters": "[]"}, "must be a JSON object"),
        ({"parameters": r'{"a": "\ud800"}'}, "half of a character"),
        ({"parameters": "{}", "bot_id": "x"}, "must be an id"),
        ({"parameters": "{}", "bot_id": "1", "app_id": "2"}, "exclude each other"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_written_stays(
    coze: responses.RequestsMock, console: FlaskClient, fields: dict[str, str], told: str
) -> None:
    response = send(console, PAGE, **fields)
    assert (response.status_code, told in text_of(response.text)) == (400, True)
    assert parameters_on(response.text) == fields["parameters"]
    assert not coze.calls


def test_a_run_is_watched(coze: responses.RequestsMock, console: FlaskClient, operator: FlaskClient) -> None:
    coze.post(f"{COZE}/stream_run", body=GOOD, headers=STREAM_HEADERS, content_type="text/event-stream")
    response = stream(console, "stream", {"parameters": {"city": "北京"}, "stream": True})
    assert response.mimetype == "text/event-stream"
    assert response.text.count("event: Message") == 3
    assert response.text.count("event: done") == 1
    assert logged(operator)["mode"] == "streaming"


def test_an_interrupted_run_goes_on(coze: responses.RequestsMock, console: FlaskClient, operator: FlaskClient) -> None:
    coze.post(f"{COZE}/stream_resume", body=GOOD, headers=STREAM_HEADERS, content_type="text/event-stream")
    body = {"event_id": f"{EXECUTE_ID}/276", "interrupt_type": 2, "resume_data": "Beijing"}
    assert stream(console, "resume", body).text.count("event: done") == 1
    assert json_of(coze.calls[0].request)["resume_data"] == "Beijing"
    assert logged(operator)["mode"] == "resumed"


def test_the_script_is_told_of_errors_as_the_api_tells_them(console: FlaskClient) -> None:
    refused = stream(console, "stream", {"parameters": []})
    assert (refused.status_code, refused.json["code"]) == (400, "invalid_parameter")
    console.delete_cookie("coze_web_console", path=HOME)
    response: Any = console.post(f"{PAGE}/stream", json={})
    assert (response.status_code, response.json["code"]) == (401, "signed_out")


def test_a_run_that_coze_refuses_is_told_and_what_was_written_stays(
    coze: responses.RequestsMock, console: FlaskClient
) -> None:
    coze.post(f"{COZE}/run", json={"code": 4200, "msg": "x", "detail": {"logid": LOGID}})
    response = send(console, PAGE, parameters='{"city": "北京"}', bot_id="7")
    assert response.status_code == 404
    assert parameters_on(response.text) == '{"city": "北京"}'
    assert re.search(r'name="bot_id"[^>]* value="7"', response.text)
    assert "4200" in text_of(response.text)
    assert LOGID in text_of(response.text)
