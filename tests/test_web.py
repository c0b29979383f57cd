"""What every response has, and what none may show."""

from __future__ import annotations

import logging
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from coze_web import create_app
from coze_web.assets import DIGEST
from coze_web.web import VISITOR_TIMEOUT
from tests.coze_wire import BOT_ID, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from coze_web import Settings

PATHS = ["/", "/healthz", "/api/v1/coze/chat", "/nothing", f"/static/{DIGEST}/js/app.js", "/static/nothing"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_request_id_everywhere(client: FlaskClient, method: str, path: str) -> None:
    with client.open(path, method=method) as response:
        assert len(response.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("path", PATHS)
def test_no_route_shows_token_or_bot(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        assert TOKEN not in f"{response.headers}{response.get_data(as_text=True)}"
        assert BOT_ID not in f"{response.headers}{response.get_data(as_text=True)}"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/v1/coze/chat", 405, "method_not_allowed"),
        ("DELETE", "/", 405, "method_not_allowed"),
    ],
)
def test_an_http_error_is_the_one_error_object(
    client: FlaskClient, method: str, path: str, status: int, code: str
) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    assert response.json is not None
    assert (response.json["type"], response.json["code"]) == ("error", code)
    assert response.json["request_id"] == response.headers["X-Request-ID"]
    assert ("Allow" in response.headers) == (status == 405)


def test_a_fault_of_ours_shows_nothing(
    make_settings: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(make_settings())
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/fault")
    def fault() -> str:
        raise ZeroDivisionError("a secret of the server")

    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/fault")
    assert response.status_code == 500
    assert response.json is not None
    assert response.json["code"] == "internal_error"
    assert "secret" not in response.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("given", "kept"), [("heroku-0123456789", True), ("short", True), ("a b", False), ("x" * 129, False)]
)
def test_the_routers_request_id_is_kept_if_it_is_one(client: FlaskClient, given: str, *, kept: bool) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert (response.headers["X-Request-ID"] == given) is kept


def test_health_answers_without_configuration_and_without_coze(make_app: Callable[..., Flask]) -> None:
    response = make_app(COZE_PAT="", COZE_BOT_ID="").test_client().get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_gunicorns_socket_gets_time_limits(client: FlaskClient) -> None:
    with socket.socket() as connection:
        client.get("/healthz", environ_overrides={"gunicorn.socket": connection})
        assert connection.gettimeout() == VISITOR_TIMEOUT
        if sys.platform == "linux":
            unacknowledged = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert unacknowledged == VISITOR_TIMEOUT * 1000


def test_a_connection_that_is_no_tcp_is_served_too(client: FlaskClient) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        assert client.get("/healthz", environ_overrides={"gunicorn.socket": connection}).status_code == 200
