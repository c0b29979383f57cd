"""What browsers are told by every response, who may embed the page, and whose pages may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coze_web import create_app
from coze_web.assets import DIGEST
from tests.coze_wire import OPERATOR_TOKEN, answer
from tests.visitor import URL, frames, play

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from coze_web import Settings

BOT = "/api/v1/coze/bot"
SHOP = "https://shop.example"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "dompurify",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
# What its renderer needs: pictures in a style sheet, and to make markup by itself.
MARKUP = {"require-trusted-types-for", "trusted-types"}
DOCS_POLICY = {name: POLICY[name] for name in POLICY if name not in MARKUP} | {"img-src": "'self' data:"}
STRANGERS = [
    "https://evil.example",
    "null",
    "http://shop.example",
    "https://shop.example.evil.example",
    "https://evil-shop.example",
    "https://shopxexample",
    "https://shop.example:8443",
    "https://shop.example/",
    "*",
]


def policy(response: Any) -> dict[str, str]:
    rules = response.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (rule.partition(" ") for rule in rules)}


def is_answer_of(response: Any, *paths: str) -> bool:
    return response.status_code == 200 and response.request.method != "OPTIONS" and response.request.path in paths


def check(response: Any) -> None:
    """Look for all that every response has, whatever was asked and however it went."""
    headers = response.headers
    of_docs = is_answer_of(response, "/api/docs")
    is_console = response.request.path.startswith("/console")
    with_forms = [POLICY | {"form-action": "'self'"}] if is_console else []
    assert policy(response) in ([DOCS_POLICY] if of_docs else [POLICY, *with_forms])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    is_api = response.request.path.startswith(("/api/", "/v1/"))
    is_kept = is_answer_of(response, "/api/docs", "/api/openapi.json")
    assert (headers.get("Cache-Control") == "no-store, no-transform") is (is_api and not is_kept)
    assert "Origin" not in headers.get("Vary", "")
    assert not [name for name in headers.keys() if name.startswith("Access-Control-")]  # noqa: SIM118 - the pairs are iterated


def test_s9_every_route_has_the_headers(make_app: Callable[..., Flask]) -> None:
    """S9 whoever asks, with whatever method."""
    app = make_app(COZE_PAT="", COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN)
    client, seen = app.test_client(), set()
    for rule in app.url_map.iter_rules():
        path = (
            rule.rule.replace("<digest>", DIGEST).replace("<path:name>", "js/app.js").replace("<", "").replace(">", "")
        )
        for method in (rule.methods or set()) | {"GET", "PATCH"}:
            with client.open(path, method=method, headers={"Origin": SHOP}) as response:
                check(response)
                seen.add(response.status_code)
    assert {200, 401, 403, 405, 500} <= seen


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/api/nothing", 404),
        ("/static/nothing", 404),
        (f"/static/{DIGEST}/favicon.svg", 200),
        ("/", 200),
    ],
)
def test_s9_so_have_pages_files_and_what_is_not_there(client: FlaskClient, path: str, status: int) -> None:
    """S9 the routes that match no view included."""
    with client.get(path) as response:
        assert response.status_code == status
        check(response)


def test_s9_so_has_a_file_that_did_not_change(client: FlaskClient) -> None:
    """S9 a 304 too, or a browser would keep the old policy."""
    path = f"/static/{DIGEST}/js/app.js"
    tag = client.get(path).headers["ETag"]
    with client.get(path, headers={"If-None-Match": tag}) as response:
        assert response.status_code == 304
        check(response)


def test_s9_so_has_a_body_that_is_too_large(client: FlaskClient) -> None:
    """S9 refused before it is read."""
    response = client.post(URL, data=b"a" * 70_000, content_type="application/json")
    assert response.status_code == 413
    check(response)


def test_s9_so_has_a_fault_of_ours(make_settings: Callable[..., Settings]) -> None:
    """S9 an error nobody expected."""
    app = create_app(make_settings())
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/api/fault")
    def fault() -> str:
        raise ZeroDivisionError

    response = app.test_client().get("/api/fault")
    assert response.status_code == 500
    check(response)


def test_s9_so_has_a_streamed_answer(client: FlaskClient, coze: responses.RequestsMock) -> None:
    """S9 the event stream."""
    play(coze, answer("hi"))
    response = client.post(URL, json={"message": "hi"}, buffered=True)
    assert frames(response)[-1].event == "done"
    check(response)


def test_https_is_to_stay_once_it_was_used(make_app: Callable[..., Flask]) -> None:
    hsts = "Strict-Transport-Security"
    plain, behind = make_app().test_client(), make_app(COZE_WEB_TRUSTED_PROXIES="1").test_client()
    forwarded = {"X-Forwarded-Proto": "https"}
    assert plain.get("/healthz", base_url="https://localhost").headers[hsts] == "max-age=31536000"
    assert behind.get("/healthz", headers=forwarded).headers[hsts] == "max-age=31536000"
    assert hsts not in plain.get("/healthz").headers
    assert hsts not in plain.get("/healthz", headers=forwarded).headers, "anybody can write that header"


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("'none'", "'none'"),
        ("none", "'none'"),
        ("'self'", "'self'"),
        ("self", "'self'"),
        ("https://shop.example, 'self' http://localhost:3000", "https://shop.example 'self' http://localhost:3000"),
    ],
)
def test_s11_the_page_is_embedded_where_the_setting_says(
    make_app: Callable[..., Flask], variable: str, told: str
) -> None:
    """S11 and the older header, which cannot name sites, is left out then."""
    response = make_app(COZE_WEB_FRAME_ANCESTORS=variable).test_client().get("/")
    assert policy(response) == {**POLICY, "frame-ancestors": told}
    assert ("X-Frame-Options" in response.headers) is (told == "'none'")


@pytest.mark.parametrize(
    ("sent", "passes"),
    [
        pytest.param({}, True, id="S14-curl"),
        pytest.param({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, True, id="S14-the-page"),
        pytest.param({"Sec-Fetch-Site": "none"}, True, id="S14-the-visitor"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False, id="S14-a-site"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, False, id="S14-a-site-without-origin"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False, id="S14-by-https"),
        pytest.param({"Sec-Fetch-Site": "same-site", "Origin": "http://blog.localhost"}, False, id="S14-subdomain"),
        pytest.param({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"}, False, id="S14-port"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False, id="S14-sandbox"),
        pytest.param({"Origin": "http://localhost"}, True, id="S14-the-page-plain"),
        pytest.param({"Origin": "https://localhost"}, True, id="S14-the-page-behind-tls"),
        pytest.param({"Origin": "https://evil.example"}, False, id="S14-a-site-plain"),
        pytest.param({"Origin": "http://localhost:3000"}, False, id="S14-port-plain"),
        pytest.param({"Origin": "http://localhost.evil.example"}, False, id="S14-suffix-plain"),
        pytest.param({"Origin": "null"}, False, id="S14-sandbox-plain"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_other_sites_may_not_ask(
    client: FlaskClient, coze: responses.RequestsMock, sent: dict[str, str], content_type: str, *, passes: bool
) -> None:
    response = client.post(URL, data=b'{"message": " "}', content_type=content_type, headers=sent)
    refused = (response.status_code, response.json["code"]) == (403, "cross_site")  # type: ignore[index]
    assert refused is not passes
    assert not coze.calls
    check(response)


@pytest.mark.parametrize("path", ["/api/v1/coze/conversations/1", "/api/v1/coze/conversations/1/clear", "/nothing"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_s14_nothing_that_changes_something_is_taken_from_other_sites(
    operator: FlaskClient, coze: responses.RequestsMock, method: str, path: str
) -> None:
    """S14 the operator's token does not help, and neither does an address that nobody serves."""
    response = operator.open(path, method=method, headers={"Sec-Fetch-Site": "cross-site"})
    assert (response.status_code, response.json["code"]) == (403, "cross_site")  # type: ignore[index]
    assert not coze.calls


def test_s14_a_link_from_another_site_opens_the_page(client: FlaskClient) -> None:
    """S14 what only reads is for all."""
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def preflight(client: FlaskClient, path: str, origin: str, method: str) -> TestResponse:
    wanted = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
    return client.options(path, headers={"Origin": origin, "Sec-Fetch-Site": "cross-site", **wanted})


@pytest.fixture
def shared(make_app: Callable[..., Flask]) -> FlaskClient:
    """Give a visitor of an app that two other origins may use."""
    return make_app(COZE_WEB_ALLOWED_ORIGINS=f"{SHOP},http://[::1]:3000").test_client()


@pytest.mark.parametrize("origin", [SHOP, "http://[::1]:3000"])
def test_s13_a_page_of_an_allowed_origin_may_ask(
    shared: FlaskClient, coze: responses.RequestsMock, origin: str
) -> None:
    """S13 and reads what it needs to tell its visitor of an error."""
    play(coze, answer("hi"))
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    response = shared.post(URL, json={"message": "hi"}, headers=headers, buffered=True)
    assert frames(response)[-1].event == "done"
    assert response.headers.getlist("Access-Control-Allow-Origin") == [origin]
    assert response.headers["Access-Control-Expose-Headers"] == "Retry-After, X-Request-ID"
    assert response.headers.getlist("Vary") == ["Origin"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(("path", "method"), [(URL, "POST"), (BOT, "GET")])
def test_s13_its_browser_is_told_before(shared: FlaskClient, path: str, method: str) -> None:
    """S13 the preflight: this method, and no header that carries a token."""
    headers = preflight(shared, path, SHOP, method).headers
    assert headers["Access-Control-Allow-Origin"] == SHOP
    assert headers["Access-Control-Allow-Methods"] == method
    assert headers["Access-Control-Allow-Headers"].lower() == "content-type"
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize("status", [400, 405, 413, 415])
def test_s13_it_may_read_errors(shared: FlaskClient, status: int) -> None:
    """S13 or its visitor would hear of nothing but a failed connection."""
    body, kind = (b"a" * 70_000 if status == 413 else b"{}"), ("text/plain" if status == 415 else "application/json")
    method = "PUT" if status == 405 else "POST"
    response = shared.open(URL, method=method, data=body, content_type=kind, headers={"Origin": SHOP})
    assert response.status_code == status
    assert response.headers.getlist("Access-Control-Allow-Origin") == [SHOP]
    assert policy(response) == POLICY


@pytest.mark.parametrize("origin", STRANGERS)
def test_s13_others_may_not(shared: FlaskClient, coze: responses.RequestsMock, origin: str) -> None:
    """S13 none that only looks alike, and a cache is told that the answer depends on who asks."""
    asked = shared.post(URL, json={"message": "hi"}, headers={"Origin": origin})
    assert (asked.status_code, asked.json["code"]) == (403, "cross_site")  # type: ignore[index]
    for response in (asked, preflight(shared, URL, origin, "POST"), shared.get(BOT, headers={"Origin": origin})):
        assert not [name for name, _ in response.headers if name.startswith("Access-Control-")]
        assert response.headers.getlist("Vary") == ["Origin"]


def test_s13_an_answer_to_nobody_in_particular_names_no_origin(shared: FlaskClient) -> None:
    """S13 but a cache is told all the same."""
    response = shared.get(URL)
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers.getlist("Vary") == ["Origin"]


def test_s13_the_rest_is_shared_with_nobody(make_app: Callable[..., Flask]) -> None:
    """S13 neither the operator's routes nor the page."""
    app = make_app(COZE_WEB_ALLOWED_ORIGINS=SHOP, COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN)
    client = app.test_client()
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule not in {URL, BOT}]
    assert len(rules) > 15
    for rule in rules:
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            path = rule.rule.replace("<", "").replace(">", "")
            with client.open(path, method=method, headers={"Origin": SHOP}) as response:
                check(response)
            check(preflight(client, path, SHOP, method))


def test_the_page_of_the_description_stays_out_of_frames(make_app: Callable[..., Flask]) -> None:
    response = make_app(COZE_WEB_FRAME_ANCESTORS=SHOP).test_client().get("/api/docs")
    assert policy(response) == DOCS_POLICY
    assert response.headers["X-Frame-Options"] == "DENY"
