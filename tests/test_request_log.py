"""One line of the log for each request, with facts and nothing of what was said."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.assets import DIGEST
from coze_web.services import services
from tests.coze_wire import (
    BASE_URL,
    BEGIN,
    CHAT_ID,
    CHAT_URL,
    DONE,
    LOGID,
    OPERATOR_TOKEN,
    answer,
    chat_event,
    delta,
    event,
    message,
)
from tests.log_lines import request_lines
from tests.servers import wait_until
from tests.visitor import URL, ask, frames, play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import responses
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture(autouse=True)
def _everything_is_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO, "coze_web"):
        yield


def the_line(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    wait_until(lambda: request_lines(caplog))
    (line,) = request_lines(caplog)
    return line


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_has_one_line(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture, *, stream: bool
) -> None:
    play(coze, answer("canary one", "canary two"))
    response = ask(client, "canary question", stream=stream)
    line = the_line(caplog)
    assert 0 <= line.pop("first_token") <= line.pop("seconds") < 5
    assert line == {
        "event": "request",
        "request_id": response.headers["X-Request-ID"],
        "method": "POST",
        "route": URL,
        "status": 200,
        "outcome": "done",
        "code": "",
        "kind": "chat",
        "logid": LOGID,
        "events": 6,
        "input_tokens": 7,
        "output_tokens": 5,
        "answer": f"chat_id={CHAT_ID}",
    }
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    ("said", "is_text"),
    [
        pytest.param([("delta", message("hi"))], True, id="a piece"),
        pytest.param([("completed", message("hi"))], True, id="whole at once"),
        pytest.param([("delta", {**message(""), "reasoning_content": "hm"})], True, id="thoughts"),
        pytest.param(
            [("delta", message("hi", "verbose")), ("completed", message("hi", "follow_up"))], False, id="none"
        ),
        pytest.param([("delta", message(""))], False, id="empty"),
    ],
)
def test_the_first_token_is_the_first_text_of_an_answer(
    client: FlaskClient,
    coze: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
    said: list[tuple[str, dict[str, str]]],
    *,
    is_text: bool,
) -> None:
    pieces = b"".join(event(f"conversation.message.{name}", data) for name, data in said)
    play(coze, BEGIN + pieces + chat_event("completed") + DONE)
    ask(client)
    assert (the_line(caplog)["first_token"] is not None) is is_text


def test_the_line_of_a_stream_waits_for_its_end(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    play(coze, answer("hi"))
    response = client.post(URL, json={"message": "hi"}, buffered=False)
    assert response.status_code == 200
    assert not request_lines(caplog)
    frames(response)
    assert the_line(caplog)["outcome"] == "done"


def test_a_visitor_who_left_is_told_from_a_failure(
    make_app: Callable[..., Flask], coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()
    play(coze, BEGIN + delta("hi"))
    app.test_client().post(URL, json={"message": "hi"}, buffered=False).close()
    wait_until(lambda: not len(services(app).streams))
    line = the_line(caplog)
    assert (line["outcome"], line["code"], line["first_token"]) == ("left", "visitor_left", None)


def test_a_refusal_of_coze_has_its_code_and_log_id(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    coze.post(CHAT_URL, json={"code": 4100, "msg": "upstream words", "detail": {"logid": LOGID}})
    ask(client, stream=False)
    line = the_line(caplog)
    assert (line["status"], line["outcome"], line["code"], line["logid"]) == (502, "failed", "4100", LOGID)


def test_what_was_refused_before_coze_was_asked_has_its_line_too(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(client, " ").status_code == 400
    line = the_line(caplog)
    assert (line["status"], line["outcome"], line["code"]) == (400, "failed", "message_blank")


def test_another_sites_request_is_told_of_too(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.post(URL, json={"message": "hi"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert the_line(caplog)["code"] == "cross_site"


def test_the_operators_requests_have_no_ids_or_queries_in_it(
    operator: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    coze.get(f"{BASE_URL}/v1/conversations", json={"code": 4200, "msg": "", "detail": {"logid": LOGID}})
    operator.get("/api/v1/coze/workflows/1/runs/2?canary=canary")
    line = the_line(caplog)
    assert line["route"] == "/api/v1/coze/workflows/<workflow_id>/runs/<execute_id>"
    assert "canary" not in str(line)
    assert OPERATOR_TOKEN not in caplog.text


def test_an_address_that_is_none_is_not_repeated(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/canary?canary")
    line = the_line(caplog)
    assert (line["route"], line["status"], line["code"]) == (None, 404, "not_found")
    assert "canary" not in caplog.text


@pytest.mark.parametrize("path", ["/healthz", f"/static/{DIGEST}/js/app.js"])
def test_what_only_machines_ask_for_is_told_at_debug(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    client.get(path).close()
    assert not request_lines(caplog)
    with caplog.at_level(logging.DEBUG, "coze_web"):
        client.get(path).close()
    assert the_line(caplog)["status"] == 200


def test_an_applications_handlers_get_the_fields(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/nothing")
    assert "'code': 'not_found'" in caplog.text
