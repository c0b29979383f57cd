"""Every address of the app, walked: who may use it, and what its answers carry."""

from __future__ import annotations

import hmac
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.assets import DIGEST, FILES
from coze_web.errors import RequestError
from coze_web.operator import require_operator
from tests.coze_wire import BOT_ID, OPERATOR_TOKEN, TOKEN, answer
from tests.faults.client import PROMPT, Heard, question, request
from tests.faults.site import whole
from tests.test_operator import CONSOLE, PUBLIC

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.faults.site import Site

    MakeApp = Callable[..., Flask]

EVIL = "https://evil.example"
API = ("/api/", "/v1/")
STATIC = [f"/static/{DIGEST}/{name}" for name in FILES]
NOWHERE = ["/nothing", "/static/nothing", "/api/nothing", "/api/v1/coze/nothing", "//evil.example", "/config", "/.env"]
# Where nothing is that a bot or a visitor said: the renderer has pictures in its style sheet, and browsers ask anew.
PICTURES_OF = {"/api/docs": "img-src 'self' data:"}
DESCRIPTION = {"/api/docs", "/api/openapi.json"}
REFUSED = {401, 403}


def addresses(app: Flask, skipped: set[str] | None = None) -> list[tuple[str, str]]:
    """Give each route of the app, with each of its methods; HEAD is GET to all that is tested here."""
    return [
        (method, re.sub(r"<[^>]+>", "1", rule.rule))
        for rule in app.url_map.iter_rules()
        if not (skipped and (rule.endpoint in skipped or rule.endpoint.startswith(CONSOLE)))
        for method in sorted((rule.methods or set()) - {"HEAD"})
    ]


def json_response(status: int, body: object) -> bytes:
    """Write a whole response of Coze's."""
    content = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def everywhere(site: Site, app: Flask, *headers: str) -> list[tuple[str, Heard]]:
    """Ask at every route, at every static file, and where there is nothing."""
    asked = [*addresses(app), *(("GET", path) for path in STATIC + NOWHERE)]
    return [(path, site.connect(request(b"", *headers, method=method, path=path)).read()) for method, path in asked]


def test_s9_every_answer_has_a_policy_and_is_what_it_says(site: Site, make_app: MakeApp) -> None:
    """S9, S11: no inline script, no other host, no frame around it; errors and static files included."""
    for path, heard in everywhere(site, make_app()):
        policy = heard.headers["Content-Security-Policy"] or ""
        rules = {rule.strip() for rule in policy.split(";")}
        forms = "form-action 'self'" if path.startswith("/console") else "form-action 'none'"
        assert {"base-uri 'none'", forms, "frame-ancestors 'none'"} <= rules, path
        assert {"object-src 'none'", "default-src 'none'"} & rules, path
        rest = "; ".join(rules - {PICTURES_OF.get(path)})
        assert not re.search(r"unsafe-|\*|data:|blob:|https?:|//", rest), path
        assert heard.headers.get_all("X-Content-Type-Options") == ["nosniff"], path


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "http://127.0.0.1.evil.example", "http://evil.example:80", "http://127.0.0.1evil.example"]
)
def test_s13_no_other_website_is_let_in(site: Site, make_app: MakeApp, origin: str) -> None:
    """S13: neither `*`, nor the foreign origin said back, nor credentials; a preflight gets no yes."""
    preflight = ("Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type")
    for path, heard in everywhere(site, make_app(), f"Origin: {origin}", *preflight):
        allowed = heard.headers.get_all("Access-Control-Allow-Origin", [])
        assert not {"*", origin} & set(allowed), path
        assert "Access-Control-Allow-Credentials" not in heard.headers, path


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(("Content-Type: text/plain",), id="S14-text"),
        pytest.param(("Content-Type: application/x-www-form-urlencoded",), id="S14-form"),
        pytest.param(("Content-Type: multipart/form-data; boundary=x",), id="S14-multipart"),
        pytest.param(("Content-Type: text/plain; x=application/json",), id="S14-parameter"),
        pytest.param(("Content-Type: application/json", "Sec-Fetch-Site: cross-site"), id="S14-cross-site"),
        pytest.param(("Content-Type: text/plain", "Sec-Fetch-Site: cross-site", f"Origin: {EVIL}"), id="S14-both"),
    ],
)
def test_s14_what_another_website_can_send_asks_nothing(site: Site, headers: tuple[str, ...]) -> None:
    """S14: what needs no preflight is 415, and what says where it comes from 403."""
    before = site.chats()
    heard = site.connect(question(PROMPT, *headers)).read()
    assert heard.status == 403 if "cross-site" in str(headers) else heard.status == 415
    assert site.chats() == before


WRONG = [
    pytest.param((), id="S15-without"),
    pytest.param(("Authorization: Bearer wrong",), id="S15-wrong"),
    pytest.param(("Authorization: Bearer ",), id="S15-empty"),
    pytest.param(("Authorization: Bearer",), id="S15-bare"),
    pytest.param((f"Authorization: Bearer {TOKEN}",), id="S15-of-coze"),
    pytest.param((f"Authorization: Bearer {OPERATOR_TOKEN}x",), id="S15-longer"),
    pytest.param((f"Authorization: Bearer {OPERATOR_TOKEN[:-1]}",), id="S15-shorter"),
    pytest.param((f"Authorization: Basic {OPERATOR_TOKEN}",), id="S15-scheme"),
    pytest.param((f"Authorization: Bearer wrong, Bearer {OPERATOR_TOKEN}",), id="S15-two"),
    pytest.param((f"X-Forwarded-Authorization: Bearer {OPERATOR_TOKEN}", "X-Forwarded-For: 127.0.0.1"), id="S15-other"),
]


@pytest.mark.parametrize("headers", WRONG)
def test_s15_every_route_refuses_but_the_public_ones(site: Site, make_app: MakeApp, headers: tuple[str, ...]) -> None:
    """S15: a route that is added is the operator's, unless the list of public ones names it."""
    closed = [route for route in addresses(make_app(), PUBLIC) if route[0] != "OPTIONS"]
    assert closed
    before = site.chats()
    for method, path in closed:
        heard = site.connect(request(b"", *headers, method=method, path=path)).read()
        assert heard.status in REFUSED, (method, path)
        assert heard.error["type"] == "error"
    assert site.chats() == before


@pytest.mark.parametrize("token", ["", " "])
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer  ", "Bearer None"])
def test_s15_an_empty_token_of_the_server_matches_nothing(make_app: MakeApp, token: str, given: str) -> None:
    """S15: where none is set, all is refused, an equally empty token too."""
    app = make_app(COZE_WEB_OPERATOR_TOKEN=token)
    client = app.test_client()
    for method, path in addresses(app, PUBLIC):
        if method != "OPTIONS":
            assert client.open(path, method=method, headers={"Authorization": given}).status_code == 403


@pytest.mark.parametrize("given", ["x", "x" * 5000, "令牌".encode().decode("latin-1"), "\xff\xfe", OPERATOR_TOKEN])
def test_s16_tokens_are_compared_in_a_time_that_tells_nothing(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    """S16: digests of one length, as bytes: no header makes it fail, or be quicker."""
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    with make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_request_context(
        headers={"Authorization": f"Bearer {given}"}
    ):
        if given == OPERATOR_TOKEN:
            require_operator()
        else:
            with pytest.raises(RequestError, match="operator_token_wrong"):
                require_operator()
    assert [(type(one), len(one)) for one in compared[0]] == [(bytes, 32)] * 2


@pytest.mark.parametrize("name", ["token", "access_token", "authorization", "api_key", "operator_token"])
def test_s17_a_token_in_the_address_opens_nothing(site: Site, make_app: MakeApp, name: str) -> None:
    """S17: addresses end up in logs and in histories."""
    for method, path in addresses(make_app(), PUBLIC):
        if method == "GET":
            heard = site.connect(request(b"", method=method, path=f"{path}?{name}={OPERATOR_TOKEN}")).read()
            assert heard.status in REFUSED, path


def test_s4_no_address_shows_a_token(site: Site, make_app: MakeApp) -> None:
    """S4: crawled with and without the operator's token, past the routes too, before a Coze that says it back."""
    site.play(lambda connection: connection.send(json_response(401, {"code": 4100, "msg": f"Bearer {TOKEN}"})))
    above = [
        f"/static/{DIGEST}/{path}"
        for path in ("../../settings.py", "..%2f..%2fsettings.py", "%2e%2e/words.py", "/etc/passwd")
    ]
    for headers in ((), (f"Authorization: Bearer {OPERATOR_TOKEN}",)):
        for path, heard in everywhere(site, make_app(), *headers):
            said = f"{heard.headers}".encode() + heard.body
            assert not [it for it in (TOKEN, OPERATOR_TOKEN, BOT_ID) if it.encode() in said], path
    assert {site.connect(request(b"", method="GET", path=path)).read().status for path in above}.isdisjoint(
        {200, 206, 500}
    )


def test_s28_no_answer_of_the_api_is_kept(site: Site, make_app: MakeApp) -> None:
    """S28: refusals and what is not there included, and the stream itself."""
    walked: list[tuple[str, Any]] = everywhere(site, make_app())
    site.play(lambda connection: connection.send(whole(answer("hi"))))
    for path, heard in [*walked, ("/api/v1/coze/chat", site.heard())]:
        if path.startswith(API) and not (path in DESCRIPTION and heard.status == 200):
            assert "no-store" in heard.headers["Cache-Control"], path
            assert "no-transform" in heard.headers["Cache-Control"], path
