"""What goes wrong in the console: told on a page, and noted for who looks after the server."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from coze_web.metrics import count_error_response
from tests.console_user import HOME, SIGN_IN, send, sign_in, text_of
from tests.coze_wire import BASE_URL, BOT_ID, OPERATOR_TOKEN, WORKFLOW_ID, json_of
from tests.log_lines import request_lines
from tests.test_workflows import DONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import responses
    from flask import Flask
    from flask.testing import FlaskClient
    from pytest_mock import MockerFixture

    MakeApp = Callable[..., Flask]

FORM = f"{HOME}/workflows/{WORKFLOW_ID}"


@pytest.fixture
def noted(caplog: pytest.LogCaptureFixture, mocker: MockerFixture) -> Iterator[Callable[[], tuple[str, str]]]:
    """Give the code of the last request: in its line of the log, and as it was counted."""
    count = mocker.patch("coze_web.request_log.count_error_response", side_effect=count_error_response)
    with caplog.at_level(logging.INFO, logger="coze_web.request_log"):
        yield lambda: (request_lines(caplog)[-1]["code"], count.call_args.args[0])


def test_what_is_wrong_with_signing_in_is_noted(make_app: MakeApp, noted: Callable[[], tuple[str, str]]) -> None:
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    client.post(SIGN_IN, data={"form_token": "forged"})
    assert noted() == ("form_expired", "form_expired")
    for _ in range(10):
        sign_in(client, "wrong")
        assert noted() == ("operator_token_wrong", "operator_token_wrong")
    sign_in(client)
    assert noted() == ("sign_in_limited", "sign_in_limited")


def test_what_coze_refuses_and_what_a_form_has_wrong_is_noted(
    coze: responses.RequestsMock, console: FlaskClient, noted: Callable[[], tuple[str, str]]
) -> None:
    coze.get(f"{BASE_URL}/v1/bots/{BOT_ID}", json={"code": 4200, "msg": ""})
    console.get(f"{HOME}/bots/{BOT_ID}")
    assert noted() == ("4200", "4200")
    send(console, FORM, parameters="{")
    assert noted() == ("bad_json", "bad_json")


def test_a_form_may_be_as_large_as_a_body_of_the_api(coze: responses.RequestsMock, console: FlaskClient) -> None:
    coze.post(f"{BASE_URL}/v1/workflow/run", json=DONE)
    text = "x" * 1_500_000
    assert send(console, FORM, parameters=f'{{"text": "{text}"}}').status_code == 200
    assert json_of(coze.calls[0].request)["parameters"] == {"text": text}


def test_a_form_that_is_too_large_is_a_page(console: FlaskClient) -> None:
    response = send(console, FORM, parameters="x" * 3_000_000)
    assert (response.status_code, response.mimetype) == (413, "text/html")
    assert "2048 KiB" in text_of(response.text)
    assert "body_too_large" in text_of(response.text)


def test_what_nobody_expected_is_a_page(console: FlaskClient, mocker: MockerFixture) -> None:
    mocker.patch("coze_web.blueprints.console.runs.asked", side_effect=ZeroDivisionError("secret"))
    mocker.patch.dict(console.application.config, PROPAGATE_EXCEPTIONS=False)
    response = console.get(f"{HOME}/runs")
    assert (response.status_code, response.mimetype) == (500, "text/html")
    assert "internal_error" in text_of(response.text)
    assert "secret" not in response.text


def test_the_address_may_end_in_a_slash(console: FlaskClient) -> None:
    response = console.get(f"{HOME}/")
    assert response.status_code == 200
    assert f'<a href="{HOME}" aria-current="page">' in response.text
    assert f'href="{HOME}/runs"' in response.text
