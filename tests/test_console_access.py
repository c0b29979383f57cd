"""Who may use the console: signing in, the session, and forms that no other site can send."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

import pytest
import responses

from coze_web.blueprints.console.session import COOKIE, DOOR, LASTS
from tests.console_user import HOME, SIGN_IN, form_token, send, sign_in
from tests.coze_wire import BOT_ID, OPERATOR_TOKEN, TOKEN, WORKFLOW_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from pytest_mock import MockerFixture
    from werkzeug.test import TestResponse

    MakeApp = Callable[..., Flask]

RUN = f"{HOME}/workflows/{WORKFLOW_ID}"


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Give each route of the console but the form for signing in, with each of its methods."""
    return [
        (method, re.sub(r"<[^>]+>", "1", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(HOME) and rule.rule != SIGN_IN
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def cookie_of(response: TestResponse, name: str) -> SimpleCookie:
    cookies = (SimpleCookie(each) for each in response.headers.getlist("Set-Cookie"))
    return next(cookie for cookie in cookies if name in cookie)


def test_without_a_token_of_the_server_all_is_off_and_says_what_to_do(make_app: MakeApp) -> None:
    app = make_app()
    client = app.test_client()
    for method, path in [*addresses(app), ("GET", SIGN_IN), ("POST", SIGN_IN)]:
        for language, words in (("en", "are off: set"), ("zh", "未启用")):
            response = client.open(path, method=method, headers={"Accept-Language": language})
            assert (response.status_code, words in response.text) == (403, True), path
            assert "COZE_WEB_OPERATOR_TOKEN" in response.text


@pytest.mark.parametrize("header", [{}, {"Authorization": f"Bearer {OPERATOR_TOKEN}"}, {"Cookie": f"{COOKIE}=forged"}])
def test_who_is_not_signed_in_sees_and_does_nothing(
    coze: responses.RequestsMock, make_app: MakeApp, header: dict[str, str]
) -> None:
    app = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN)
    client = app.test_client()
    found = addresses(app)
    assert len(found) >= 13
    for method, path in found:
        response = client.open(f"{path}?token={OPERATOR_TOKEN}", method=method, headers=header)
        if method == "GET":
            assert (response.status_code, response.headers["Location"]) == (303, SIGN_IN), path
        else:
            assert response.status_code == 401, path
    assert not coze.calls


def test_the_right_token_opens_the_console(make_app: MakeApp) -> None:
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    assert sign_in(client, f" {OPERATOR_TOKEN}\n").headers["Location"] == HOME
    assert client.get(f"{RUN}").status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", "令牌", f"{OPERATOR_TOKEN}x", TOKEN])
def test_a_wrong_token_does_not_and_is_not_said_back(make_app: MakeApp, token: str) -> None:
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    response = sign_in(client, token)
    assert response.status_code == 401
    assert "operator token is wrong" in response.text
    assert not token or f'value="{token}"' not in response.text
    assert client.get_cookie(COOKIE, path=HOME) is None
    assert sign_in(client).status_code == 303, "the form can be sent again"


@pytest.mark.parametrize(("scheme", "is_secure"), [("http", ""), ("https", True)])
def test_the_cookies_are_for_the_console_alone_and_no_script_reads_them(
    make_app: MakeApp, scheme: str, *, is_secure: object
) -> None:
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    site = f"{scheme}://localhost"
    for response, name in ((client.get(SIGN_IN, base_url=site), DOOR), (sign_in(client, base_url=site), COOKIE)):
        kept = cookie_of(response, name)[name]
        assert (kept["path"], kept["samesite"], kept["httponly"]) == (HOME, "Strict", True)
        assert (kept["secure"], kept["max-age"]) == (is_secure, str(LASTS))


def test_a_session_ends_after_twelve_hours(console: FlaskClient, mocker: MockerFixture) -> None:
    assert console.get(HOME).status_code == 200
    clock = mocker.patch("itsdangerous.timed.time")
    clock.time.return_value = 10**11
    assert console.get(HOME).status_code == 303


@pytest.mark.parametrize("change", [lambda text: text[:-2], lambda text: "x" + text, lambda text: text.split(".")[0]])
def test_a_cookie_that_was_changed_is_none(console: FlaskClient, change: Callable[[str], str]) -> None:
    cookie = console.get_cookie(COOKIE, path=HOME)
    assert cookie
    console.set_cookie(COOKIE, change(cookie.value), path=HOME)
    assert console.get(HOME).status_code == 303


def test_another_token_of_the_server_signs_everybody_out(console: FlaskClient, make_app: MakeApp) -> None:
    cookie = console.get_cookie(COOKIE, path=HOME)
    assert cookie
    other = make_app(COZE_WEB_OPERATOR_TOKEN="another").test_client()  # noqa: S106 - none of anybody's
    other.set_cookie(COOKIE, cookie.value, path=HOME)
    assert other.get(HOME).status_code == 303


def test_signing_out_ends_the_session(console: FlaskClient) -> None:
    response = send(console, f"{HOME}/sign-out")
    assert (response.status_code, response.headers["Location"]) == (303, SIGN_IN)
    assert console.get(HOME).status_code == 303


def test_a_form_of_another_site_does_nothing(coze: responses.RequestsMock, console: FlaskClient) -> None:
    other = console.application.test_client()
    sign_in(other)
    strange = form_token(other.get(HOME).text)
    posts = [path for method, path in addresses(console.application) if method == "POST"]
    for path in posts:
        for given in ("", "forged", strange, "é"):
            assert console.post(path, data={"form_token": given}).status_code == 403
            assert console.post(path, json={}, headers={"X-Form-Token": given.encode()}).status_code == 403
    assert not coze.calls
    assert console.get(HOME).status_code == 200, "still signed in"


def test_nobody_is_signed_in_by_another_site(make_app: MakeApp) -> None:
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    for given in ("", "forged"):
        assert client.post(SIGN_IN, data={"token": OPERATOR_TOKEN, "form_token": given}).status_code == 403
        client.get(SIGN_IN)


def test_tokens_cannot_be_tried_out(make_app: MakeApp) -> None:
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    assert {sign_in(client, str(guess)).status_code for guess in range(10)} == {401}
    refused = sign_in(client)
    assert (refused.status_code, "Too many attempts" in refused.text) == (429, True), "the right one neither"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_what_is_signed_before_anybody_signed_in_would_be_a_way_to_try_them_elsewhere(make_app: MakeApp) -> None:
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    tokens = {form_token(client.application.test_client().get(SIGN_IN).text) for _ in range(3)}
    assert len(tokens) == 3, "by chance"
    assert not [token for token in tokens if "." in token]


def test_nothing_of_the_console_is_kept_or_framed(make_app: MakeApp) -> None:
    app = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN, COZE_WEB_FRAME_ANCESTORS="https://shop.example")
    client = app.test_client()
    sign_in(client)
    for path in (HOME, SIGN_IN, f"{HOME}/runs", f"{HOME}/runs/1", f"{HOME}/bots/x"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
    assert "shop.example" in client.get("/").headers["Content-Security-Policy"]


def test_no_page_holds_a_secret(coze: responses.RequestsMock, console: FlaskClient) -> None:
    coze.add(responses.GET, re.compile("https://.*"), json={"code": 4100, "msg": TOKEN})
    coze.add(responses.POST, re.compile("https://.*"), json={"code": 4100, "msg": TOKEN})
    for method, path in addresses(console.application):
        if method == "GET":
            response = console.get(path)
            said = f"{response.headers}{response.text}"
            secrets = {OPERATOR_TOKEN, TOKEN, *({BOT_ID} if path != f"{HOME}/bots" else ())}
            assert not [each for each in secrets if each in said], path
