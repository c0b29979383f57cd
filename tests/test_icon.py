"""`GET /api/v1/coze/bot/icon`: the bot's picture, as a file of this site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from coze_web.icon import MOST_BYTES, PATIENCE
from tests.coze_wire import BASE_URL, BOT_ID, TOKEN, ok

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

FACE = f"{BASE_URL}/v1/bot/get_online_info"
PICTURE = "https://i.example/a.png"
PNG = b"\x89PNG\r\n\x1a\nnot quite"


@pytest.fixture
def hosts(coze: responses.RequestsMock) -> responses.RequestsMock:
    """Give Coze and the host of its pictures."""
    coze.get(FACE, json=ok({"bot_id": BOT_ID, "icon_url": PICTURE}))
    return coze


def ask(client: FlaskClient, **headers: str) -> TestResponse:
    return client.get("/api/v1/coze/bot/icon", headers=headers)


def check_error(response: Any, status: int, code: str) -> None:
    assert (response.status_code, response.json["code"]) == (status, code)
    assert response.headers["Cache-Control"] == "no-store, no-transform"


def test_the_icon_is_served_from_here_and_fetched_once(hosts: responses.RequestsMock, client: FlaskClient) -> None:
    fetched = hosts.get(PICTURE, body=PNG, content_type="image/png")
    for _ in range(3):
        response = ask(client)
        assert (response.status_code, response.data, response.content_type) == (200, PNG, "image/png")
    assert response.headers["Cache-Control"] == "public, max-age=600"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert fetched.call_count == 1
    known = ask(client, **{"If-None-Match": response.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")


def test_nobody_but_coze_gets_the_token(hosts: responses.RequestsMock, client: FlaskClient) -> None:
    hosts.get(PICTURE, body=PNG, content_type="image/png")
    client.set_cookie("session", "secret")
    ask(client)
    sent = hosts.calls[-1].request
    assert sent.url == PICTURE
    assert not {"Authorization", "Cookie", "Referer"} & set(sent.headers)
    assert TOKEN not in f"{sent.headers}"


@pytest.mark.parametrize("kind", ["image/jpeg", "image/webp", "image/gif", "image/avif", "IMAGE/PNG; charset=x"])
def test_these_are_pictures(hosts: responses.RequestsMock, client: FlaskClient, kind: str) -> None:
    hosts.get(PICTURE, body=PNG, content_type=kind)
    assert ask(client).content_type == kind.lower().partition(";")[0]


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/octet-stream", "image/x-icon", ""])
def test_nothing_else_is_shown(hosts: responses.RequestsMock, client: FlaskClient, kind: str) -> None:
    hosts.get(PICTURE, body=PNG, content_type=kind)
    check_error(ask(client), 404, "no_icon")


@pytest.mark.parametrize(("size", "status"), [(0, 404), (MOST_BYTES, 200), (MOST_BYTES + 1, 404)])
def test_an_icon_is_small(hosts: responses.RequestsMock, client: FlaskClient, size: int, status: int) -> None:
    hosts.get(PICTURE, body=b"a" * size, content_type="image/png")
    response = ask(client)
    assert response.status_code == status
    assert len(response.data) == size or status == 404


@pytest.mark.parametrize(
    "url", ["", "http://i.example/a.png", "ftp://i.example/a.png", "file:///etc/passwd", "//i.example/a.png", "a.png"]
)
def test_an_address_that_is_not_safe_is_not_asked(coze: responses.RequestsMock, client: FlaskClient, url: str) -> None:
    coze.get(FACE, json=ok({"bot_id": BOT_ID, "icon_url": url}))
    check_error(ask(client), 404, "no_icon")
    assert len(coze.calls) == 1


@pytest.mark.parametrize(
    ("url", "variables"),
    [
        ("http://i.example/a.png", {"COZE_ALLOW_HTTP": "1"}),
        ("http://127.0.0.1:9000/a.png", {}),
        ("http://localhost/a.png", {}),
    ],
)
def test_http_is_for_this_machine_or_by_the_owners_leave(
    coze: responses.RequestsMock, make_app: Callable[..., Flask], url: str, variables: dict[str, str]
) -> None:
    coze.get(FACE, json=ok({"bot_id": BOT_ID, "icon_url": url}))
    coze.get(url, body=PNG, content_type="image/png")
    assert ask(make_app(**variables).test_client()).data == PNG


@pytest.mark.parametrize("goal", ["https://other.example/a.png", "http://127.0.0.1/a.png", "file:///etc/passwd"])
def test_it_is_not_followed_elsewhere(hosts: responses.RequestsMock, client: FlaskClient, goal: str) -> None:
    hosts.get(PICTURE, status=302, headers={"Location": goal}, content_type="image/png")
    check_error(ask(client), 502, "upstream_unavailable")
    assert len(hosts.calls) == 2


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        ({"status": 404}, 502, "upstream_unavailable"),
        ({"status": 503}, 502, "upstream_unavailable"),
        ({"body": requests.ConnectionError("secret")}, 502, "upstream_unavailable"),
        ({"body": requests.ReadTimeout()}, 504, "upstream_timeout"),
    ],
)
def test_a_picture_that_does_not_come_is_left_alone_for_a_while(
    hosts: responses.RequestsMock, client: FlaskClient, trouble: dict[str, Any], status: int, code: str
) -> None:
    hosts.get(PICTURE, content_type="image/png", **trouble)
    for _ in range(2):
        check_error(ask(client), status, code)
    assert len(hosts.calls) == 2


@pytest.mark.parametrize("url", ["https://", "https://[", "https://a b/", "https://" + "a" * 70 + ".example/"])
def test_an_address_that_cannot_be_read_breaks_nothing(
    coze: responses.RequestsMock, client: FlaskClient, url: str
) -> None:
    coze.get(FACE, json=ok({"bot_id": BOT_ID, "icon_url": url}))
    assert ask(client).status_code in {404, 502}


def test_a_picture_that_trickles_is_given_up(
    hosts: responses.RequestsMock, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            self.now += PATIENCE * 0.6
            return self.now

    monkeypatch.setattr("coze_web.icon.time", Clock())
    hosts.get(PICTURE, body=b"a" * 200_000, content_type="image/png")
    check_error(ask(client), 504, "upstream_timeout")


def test_without_a_bot_there_is_none(make_app: Callable[..., Flask]) -> None:
    check_error(ask(make_app(COZE_BOT_ID="").test_client()), 500, "not_configured")


def test_a_coze_that_is_down_has_none(coze: responses.RequestsMock, client: FlaskClient) -> None:
    coze.get(FACE, status=500)
    check_error(ask(client), 502, "upstream_error")
