"""The keys of the OpenAI-compatible API: how they are set, and that nothing of it opens without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coze_web.settings import Settings, SettingsError
from tests.coze_wire import BOT_ID, TOKEN, answer
from tests.test_openai import KEY, KEYS, URL, ask, error_of
from tests.test_operator import PUBLIC
from tests.visitor import play

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask

ROUTES = [("POST", URL), ("GET", "/v1/models"), ("GET", f"/v1/models/{BOT_ID}")]


@pytest.mark.parametrize("value", ["one! two!", "one!,two!", " one! ,\ntwo!, "])
def test_several_keys_are_a_list_that_is_not_shown(value: str) -> None:
    settings = Settings.from_environ({"COZE_WEB_API_KEYS": value})
    assert [key.get_secret_value() for key in settings.api_keys] == ["one!", "two!"]
    assert "one!" not in repr(settings)


def test_a_key_that_no_header_can_carry_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="COZE_WEB_API_KEYS: must be printable ASCII") as caught:
        Settings.from_environ({"COZE_WEB_API_KEYS": "good 密钥"})
    assert "密钥" not in str(caught.value)
    assert "good" not in str(caught.value)


def test_every_route_wants_a_key(make_app: Callable[..., Flask]) -> None:
    app = make_app(COZE_WEB_API_KEYS=KEYS)
    assert len(ROUTES) == len([rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/v1/")])
    assert len(ROUTES) == len({name for name in PUBLIC if name.startswith("coze_web.openai.")})
    for method, path in ROUTES:
        response = app.test_client().open(path, method=method)
        assert error_of(response, 401)["code"] == "api_key_missing"
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.headers["Cache-Control"] == "no-store, no-transform"


def test_without_keys_of_the_server_every_route_is_off(make_app: Callable[..., Flask]) -> None:
    for method, path in ROUTES:
        response = make_app().test_client().open(path, method=method, headers={"Authorization": f"Bearer {KEY}"})
        error = error_of(response, 403)
        assert error["code"] == "openai_off"
        assert "COZE_WEB_API_KEYS" in error["message"]


@pytest.mark.parametrize(
    "given", ["wrong", KEY[:-1], f"{KEY}x", TOKEN, KEYS, f"{KEY},", "令牌".encode().decode("latin-1")]
)
def test_only_a_whole_key_opens(make_app: Callable[..., Flask], coze: responses.RequestsMock, given: str) -> None:
    client = make_app(COZE_WEB_API_KEYS=KEYS).test_client()
    for method, path in ROUTES:
        response = client.open(path, method=method, headers={"Authorization": f"Bearer {given}"})
        error = error_of(response, 401)
        assert (error["code"], error["type"]) == ("invalid_api_key", "invalid_request_error")
        assert KEY not in response.text
    assert not coze.calls


def test_each_key_opens_and_coze_gets_the_owners_token(
    make_app: Callable[..., Flask], coze: responses.RequestsMock
) -> None:
    play(coze, answer("hi"))
    client = make_app(COZE_WEB_API_KEYS=KEYS).test_client()
    for key in (KEY, "other_key"):
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        assert ask(client).status_code == 200
    assert {call.request.headers["Authorization"] for call in coze.calls} == {f"Bearer {TOKEN}"}
