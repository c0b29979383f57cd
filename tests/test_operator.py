"""Who may act for the owner: every route but the public ones, with the operator's token only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.coze_wire import BASE_URL, LOGID, OPERATOR_TOKEN, TOKEN, WORKSPACE_ID, ok

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient

# Everything else acts with the owner's token, and a new route does so unless it is named here. What serves OpenAI's
# clients has keys of its own (tests/test_openai.py).
PUBLIC = {
    f"coze_web.{name}"
    for name in (
        "page.page",
        "embed.script",
        "chat.chat",
        "bot.bot",
        "bot.icon",
        "ops.healthz",
        "ops.readyz",
        "docs.document",
        "docs.page",
        "assets.file",
        "assets.accent_sheet",
        "assets.accent_seal",
        "openai.create_completion",
        "openai.list_models",
        "openai.retrieve_model",
    )
}
CONSOLE = "coze_web.console."  # pages, with a session of their own: test_console.py
ROUTES = 18


def routes(app: Flask) -> list[tuple[str, str]]:
    """Give the method and address of each route that acts for the owner."""
    return [
        (method, rule.rule.replace("<", "").replace(">", "").replace("_id", ""))
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC and not rule.endpoint.startswith(CONSOLE)
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
    ]


def ask_all(app: Flask, **headers: str) -> list[Any]:
    client = app.test_client()
    found = routes(app)
    assert len(found) >= ROUTES
    return [client.open(path, method=method, headers=headers) for method, path in found]


def test_without_a_token_of_the_server_every_route_is_off(make_app: Callable[..., Flask]) -> None:
    for response in ask_all(make_app(), Authorization="Bearer x"):
        assert response.status_code == 403
        if response.request.method != "HEAD":
            assert response.json["code"] == "operator_off"
            assert "COZE_WEB_OPERATOR_TOKEN" in response.json["message"]


WRONG = [
    {},
    {"Authorization": "Bearer wrong"},
    {"Authorization": f"Bearer {TOKEN}"},
    {"Authorization": f"Basic {OPERATOR_TOKEN}"},
    {"Authorization": OPERATOR_TOKEN},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer 令牌".encode().decode("latin-1")},
    {"X-Api-Key": OPERATOR_TOKEN},
    {"Cookie": f"token={OPERATOR_TOKEN}"},
]


@pytest.mark.parametrize("headers", WRONG)
def test_without_the_right_token_every_route_refuses(make_app: Callable[..., Flask], headers: dict[str, str]) -> None:
    for response in ask_all(make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN), **headers):
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert OPERATOR_TOKEN not in response.text


def test_a_token_in_the_address_opens_nothing(make_app: Callable[..., Flask]) -> None:
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    for name in ("token", "access_token", "Authorization"):
        assert client.get(f"/api/v1/coze/workspaces?{name}={OPERATOR_TOKEN}").status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_right_token_opens(coze: responses.RequestsMock, operator: FlaskClient, scheme: str) -> None:
    coze.get(f"{BASE_URL}/v1/workspaces", json=ok({"total_count": 0, "workspaces": []}))
    response = operator.get("/api/v1/coze/workspaces", headers={"Authorization": f"{scheme} {OPERATOR_TOKEN}"})
    assert response.status_code == 200
    assert coze.calls[0].request.headers["Authorization"] == f"Bearer {TOKEN}", "Coze gets the owner's token, not this"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "`workspace_id` is missing"),
        ("workspace_id=abc", "`workspace_id` must be an id"),
        (f"workspace_id={WORKSPACE_ID}&page_num=0", "`page_num` must be 1 or more"),
        (f"workspace_id={WORKSPACE_ID}&page_size=51", "`page_size` must be 50 or less"),
        (f"workspace_id={WORKSPACE_ID}&page_size=x", "`page_size` must be a whole number"),
        (f"workspace_id={WORKSPACE_ID}&pagesize=5", "`pagesize` is not known here"),
        (f"workspace_id={WORKSPACE_ID}&page_num=1&page_num=2", "`page_num` is there twice"),
        (f"workspace_id={WORKSPACE_ID}&page_num=1000001", "`page_num` must be 1000000 or less"),
        ("page_num=0&page_size=0", "`page_num` must be 1 or more; `page_size` must be 1 or more"),
    ],
)
def test_what_a_query_has_wrong_is_named(operator: FlaskClient, query: str, told: str) -> None:
    response = operator.get(f"/api/v1/coze/bots?{query}")
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["code"] == "invalid_parameter"
    assert told in response.json["message"]


def test_it_is_named_in_chinese_too(operator: FlaskClient) -> None:
    response = operator.get("/api/v1/coze/bots?page_num=0", headers={"Accept-Language": "zh-CN"})
    assert "`page_num` 必须不小于 1" in response.text


@pytest.mark.parametrize("bad_id", ["abc", "..", "1%2e2", "-1", "٣"])
def test_an_id_that_is_none_never_reaches_coze(
    coze: responses.RequestsMock, operator: FlaskClient, bad_id: str
) -> None:
    response = operator.get(f"/api/v1/coze/bots/{bad_id}")
    assert response.status_code in {400, 404}
    assert not coze.calls


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        ({"json": {"code": 4200, "msg": "upstream words", "detail": {"logid": LOGID}}}, 404, "4200"),
        ({"json": {"code": 4000, "msg": "upstream words", "detail": {"logid": LOGID}}}, 400, "4000"),
        ({"json": {"code": 4016, "msg": "upstream words", "detail": {"logid": LOGID}}}, 409, "4016"),
        ({"json": {"code": 700012006, "msg": "upstream words"}, "status": 401, "headers": {"X-Tt-Logid": LOGID}}, 502,
         "700012006"),
        ({"body": "<html>upstream words</html>", "status": 502, "headers": {"X-Tt-Logid": LOGID}}, 502,
         "upstream_error"),
    ],
)  # fmt: skip
def test_a_no_of_coze_is_the_one_error_object(
    coze: responses.RequestsMock, operator: FlaskClient, refusal: dict[str, Any], status: int, code: str
) -> None:
    coze.get(f"{BASE_URL}/v1/workspaces", **refusal)
    response = operator.get("/api/v1/coze/workspaces", headers={"X-Request-ID": "mine"})
    assert response.status_code == status
    assert response.json is not None
    assert (response.json["code"], response.json["logid"], response.json["request_id"]) == (code, LOGID, "mine")
    assert "upstream words" not in response.text


def test_without_coze_s_token_it_is_said(make_app: Callable[..., Flask]) -> None:
    app = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN, COZE_PAT="")
    response = app.test_client().get("/api/v1/coze/workspaces", headers={"Authorization": f"Bearer {OPERATOR_TOKEN}"})
    assert response.status_code == 500
    assert "COZE_PAT" in response.text


def test_a_bot_is_not_needed_to_look_for_one(make_app: Callable[..., Flask], coze: responses.RequestsMock) -> None:
    coze.get(f"{BASE_URL}/v1/workspaces", json=ok({"total_count": 0, "workspaces": []}))
    app = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN, COZE_BOT_ID="")
    response = app.test_client().get("/api/v1/coze/workspaces", headers={"Authorization": f"Bearer {OPERATOR_TOKEN}"})
    assert response.status_code == 200


@pytest.mark.parametrize("since", ["2026", "20261120", "2026-11-20", "2026-11-20T00:00:00", "yesterday", "1763600000"])
def test_a_date_needs_its_time_and_its_zone(operator: FlaskClient, since: str) -> None:
    response = operator.get(f"/api/v1/coze/workflows/runs?since={since}")
    assert response.status_code == 400
    assert "`since` must be a date and time with its zone" in response.text


@pytest.mark.parametrize("since", ["2026-11-20T00:00:00Z", "2026-11-20T00:00:00%2B08:00", "2026-11-20T00:00:00+08:00"])
def test_a_plus_that_was_not_escaped_is_understood(operator: FlaskClient, since: str) -> None:
    assert operator.get(f"/api/v1/coze/workflows/runs?since={since}").status_code == 200


@pytest.mark.parametrize("body", [r'{"parameters": {"a": "\ud800"}}', '{"parameters": {"a": 1e400}}', "[1]", "{"])
def test_json_that_cannot_be_sent_on_is_refused(coze: responses.RequestsMock, operator: FlaskClient, body: str) -> None:
    response = operator.post("/api/v1/coze/workflows/1/run", data=body, content_type="application/json")
    assert response.status_code == 400
    assert not coze.calls


def test_half_a_character_of_coze_s_is_shown_as_one(coze: responses.RequestsMock, operator: FlaskClient) -> None:
    page = r'{"code": 0, "data": {"total_count": 1, "workspaces": [{"id": "1", "name": "\ud83d", "icon_url": "", '
    page += '"role_type": "owner", "workspace_type": "team", "enterprise_id": ""}]}}'
    coze.get(f"{BASE_URL}/v1/workspaces", body=page, content_type="application/json")
    response: Any = operator.get("/api/v1/coze/workspaces")
    assert response.json["items"][0]["name"] == "?"
