"""coze-web in another Flask app: the same under its path as alone, and not to be noticed anywhere else."""

from __future__ import annotations

import re
import runpy
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from flask import Blueprint, Flask, Response, abort, g, request
from flask.json.provider import DefaultJSONProvider

from coze_web import CozeWeb, create_app
from coze_web.assets import DIGEST
from coze_web.services import services
from coze_web.settings import Settings, SettingsError
from coze_web.web import handle_errors
from tests.conftest import close_runlog
from tests.coze_wire import OPERATOR_TOKEN, TOKEN, answer
from tests.servers import ROOT, wait_until
from tests.visitor import URL, frames, play

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import responses
    from flask.testing import FlaskClient
    from pytest_mock import MockerFixture
    from werkzeug.test import TestResponse

    from coze_web.errors import CozeWebError

PREFIX = "/our.assistant"
SHOP = "https://shop.example"
DIFFERS = {"X-Request-ID", "X-Host", "Date", "Content-Length", "Set-Cookie"}
JSON = {"content_type": "application/json"}  # the test client would write its JSON as the host does


class Loud(DefaultJSONProvider):
    """A provider that nobody else could read."""

    def dumps(self, obj: Any, **options: Any) -> str:
        return super().dumps(obj, **options).upper()


def make_host(**config: Any) -> Flask:
    """Give an app that has its own way of everything."""
    app = Flask("host", static_folder=None)
    app.config.from_mapping(MAX_CONTENT_LENGTH=10, RATELIMIT_ENABLED=False, COMPRESS_REGISTER=True, **config)
    app.json = Loud(app)
    app.jinja_env.globals.update(asset="the host's own")
    for code in (400, 404, 405, 413, 500):
        app.register_error_handler(code, lambda error: (f"host: {error.code}", error.code))

    @app.after_request
    def mark(response: Response) -> Response:
        response.headers["X-Host"] = "1"
        return response

    @app.route("/", methods=["GET", "POST"])
    def shop() -> dict[str, str]:
        return {"body": request.get_data(as_text=True)}

    @app.get("/fault")
    def fault() -> str:
        raise ZeroDivisionError

    @app.get("/static/<path:name>")
    def file(name: str) -> str:
        abort(404 if name == "missing" else 403)

    return app


@cache
def make_guest(settings: Settings) -> Flask:
    """Give such an app with coze-web in it, once: compiling its routes takes longer than most tests."""
    app = make_host()
    CozeWeb(app, url_prefix=PREFIX, settings=settings)
    return app


@pytest.fixture
def host(make_settings: Callable[..., Settings]) -> FlaskClient:
    """Give a visitor of an app with coze-web in it."""
    return make_guest(make_settings(COZE_WEB_ALLOWED_ORIGINS=SHOP)).test_client()


def told(response: TestResponse, prefix: str = "") -> tuple[int, dict[str, str], str]:
    """Give all that a response says, but for what differs between any two."""
    headers = {name: value for name, value in response.headers if name not in DIFFERS}
    text = re.sub('"request_id":"[0-9a-f]{32}"', "", response.text.replace(f'"{prefix}/', '"/'))
    return response.status_code, headers, text


@pytest.mark.parametrize("path", ["/", "/fault", "/missing", "/static/missing", "/static/x/y", f"{PREFIX}x/"])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("origin", [{}, {"Origin": SHOP, "Sec-Fetch-Site": "cross-site"}])
def test_the_hosts_own_addresses_answer_as_they_did(
    host: FlaskClient, path: str, method: str, origin: dict[str, str]
) -> None:
    sent: Any = {"method": method, "data": "more than ten", "headers": origin}
    was, now = make_host().test_client().open(path, **sent), host.open(path, **sent)
    assert told(was) == told(now)
    assert now.headers["X-Host"] == "1"
    assert not {"X-Request-ID", "Content-Security-Policy", "Access-Control-Allow-Origin"} & set(now.headers.keys())


def test_nothing_of_the_hosts_settings_changes(make_settings: Callable[..., Settings]) -> None:
    app = make_host(DATABASE_URL="mysql://host", SECRET_KEY=None)
    was, json, extensions = dict(app.config), app.json, set(app.extensions)
    CozeWeb(app, settings=make_settings())
    assert dict(app.config) == was
    assert app.json is json
    assert set(app.extensions) == extensions | {"coze_web"}
    assert app.jinja_env.globals["asset"] == "the host's own"


REQUESTS: list[dict[str, Any]] = [
    {"path": "/", "headers": {"Accept-Language": "zh"}},
    {"path": "/?lang=zh"},
    {"path": "/embed.js"},
    {"path": "/healthz"},
    {"path": f"/static/{DIGEST}/page.css", "headers": {"Accept-Encoding": "identity"}},
    {"path": f"/static/{DIGEST}/nothing"},
    {"path": "/api/v1/coze/bots"},
    {"path": URL, "method": "POST", "data": '{"message": " "}', **JSON, "headers": {"Origin": SHOP}},
    {"path": URL, "method": "POST", "data": "x"},
    {"path": URL, "method": "POST", "data": "x" * 70_000, **JSON},
    {"path": URL, "method": "POST", "data": "{}", "headers": {"Sec-Fetch-Site": "cross-site"}},
    {"path": URL, "method": "OPTIONS", "headers": {"Origin": SHOP, "Access-Control-Request-Method": "POST"}},
]


@pytest.mark.parametrize("sent", REQUESTS, ids=lambda sent: f"{sent.get('method', 'GET')} {sent['path']}")
def test_its_own_addresses_answer_as_those_of_an_app_of_its_own(
    host: FlaskClient, make_app: Callable[..., Flask], sent: dict[str, Any]
) -> None:
    alone = make_app(COZE_WEB_ALLOWED_ORIGINS=SHOP).test_client().open(**sent)
    within = host.open(**{**sent, "path": PREFIX + sent["path"]})
    assert told(within, PREFIX) == told(alone)
    assert within.headers["X-Request-ID"]


def test_an_answer_streams_under_the_path(host: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("你好"))
    response = host.post(PREFIX + URL, data='{"message": "hi"}', **JSON, headers={"Origin": SHOP}, buffered=True)
    assert frames(response)[-1].event == "done"
    assert response.headers["Access-Control-Allow-Origin"] == SHOP
    assert response.headers["Cache-Control"] == "no-store, no-transform"


def test_every_address_on_the_page_is_under_the_path_and_under_the_mount(host: FlaskClient) -> None:
    response = host.get(f"{PREFIX}/?lang=en", environ_overrides={"SCRIPT_NAME": "/site"})
    links = re.findall(r' (?:href|src|action|data-bot|data-seal)="([^"?]+)"', response.text)
    assert len(links) > 6
    assert [link for link in links if not link.startswith(f"/site{PREFIX}/")] == []
    assert f"Path=/site{PREFIX}/" in response.headers["Set-Cookie"]


def test_a_fault_of_ours_is_told_as_ours(host: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coze_web.blueprints.chat.parse_chat_request", lambda *_: 1 / 0)
    response = host.post(PREFIX + URL, data='{"message": "hi"}', **JSON)
    assert (response.status_code, response.get_json()["code"]) == (500, "internal_error")
    assert TOKEN not in response.text


def test_visitors_are_counted_whatever_the_host_has_set_for_its_own_limits(
    make_settings: Callable[..., Settings],
) -> None:
    app = make_host()
    CozeWeb(app, url_prefix=PREFIX, settings=make_settings(COZE_WEB_RATE_LIMIT="1 per minute"))
    client = app.test_client()
    assert [client.post(PREFIX + URL, data="x").status_code for _ in range(2)] == [415, 429]


@pytest.mark.parametrize("early", [lambda: abort(401), lambda: ("members only", 401)])
def test_the_host_may_keep_strangers_out(
    host: FlaskClient, early: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = host.application.before_request_funcs
    monkeypatch.setitem(hooks, None, [*hooks[None], lambda: setattr(g, "request_id", "the host's own"), early])
    response = host.get(f"{PREFIX}/healthz")
    assert response.status_code == 401
    assert response.mimetype == "text/html"
    assert "default-src" not in response.headers.get("Content-Security-Policy", "")


def test_one_app_may_be_made_before_it_is_set_up(make_settings: Callable[..., Settings]) -> None:
    extension, app = CozeWeb(settings=make_settings(), url_prefix="/chat/"), Flask("host")
    extension.init_app(app)
    with pytest.raises(ValueError, match="already registered"):
        extension.init_app(app)
    assert app.test_client().get("/chat/healthz").json == {"status": "ok"}


def test_the_environment_is_read_but_not_the_hosts_database_and_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://host/tables")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setenv("COZE_WEB_TITLE", "Tea")
    app = Flask("host")
    CozeWeb(app)
    settings = services(app).settings
    assert (settings.title, settings.database_url, settings.otlp_endpoint) == ("Tea", None, None)
    monkeypatch.setenv("COZE_TIMEOUT", "0")
    with pytest.raises(SettingsError, match="COZE_TIMEOUT"):
        CozeWeb(Flask("other"))


def serve_only(settings: Settings, *names: str) -> FlaskClient:
    app = make_host()
    CozeWeb(app, url_prefix=PREFIX, only=names, settings=settings)
    return app.test_client()


def test_the_chat_alone_may_be_served(make_settings: Callable[..., Settings], coze: responses.RequestsMock) -> None:
    play(coze, answer("hi"))
    client = serve_only(make_settings(), "chat", "ops")
    assert frames(client.post(PREFIX + URL, data='{"message": "hi"}', **JSON, buffered=True))[-1].event == "done"
    assert client.get(f"{PREFIX}/healthz").status_code == 200
    for path in ("/", "/console", "/v1/models", "/api/docs", "/embed.js"):
        assert client.get(PREFIX + path).text == "host: 404"


PAGES = {"page": "/", "embed": "/", "console": "/console/sign-in", "docs": "/api/docs"}


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_loads_comes_along(make_settings: Callable[..., Settings], name: str) -> None:
    client = serve_only(make_settings(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN), name)
    loads = re.findall(r'(?:href|src|data-document)="([^"?#]+)', client.get(PREFIX + PAGES[name]).text)
    assert len(loads) > 3
    assert [path for path in loads if client.get(path).status_code not in {200, 303}] == []


@pytest.mark.parametrize("name", ["page", "embed"])
def test_what_the_page_asks_comes_along(make_settings: Callable[..., Settings], name: str) -> None:
    client = serve_only(make_settings(), name)
    assert client.post(PREFIX + URL, data="x").status_code == 415
    assert client.post(f"{PREFIX}/api/v1/coze/bot").text == "host: 405"


def test_a_language_is_kept_where_the_page_is_not_served(make_settings: Callable[..., Settings]) -> None:
    client = serve_only(make_settings(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN), "console")
    kept = client.get(f"{PREFIX}/console/sign-in?lang=zh").headers.getlist("Set-Cookie")
    assert [cookie for cookie in kept if cookie.startswith("coze_web_lang=zh") and f"Path={PREFIX}/" in cookie]


def test_only_what_there_is_may_be_named() -> None:
    with pytest.raises(ValueError, match="no blueprint: chats; there are assets, bot, bots, chat, console"):
        CozeWeb(only=["chats", "ops"])


def test_the_run_log_is_not_touched_before_a_request(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    """Until then a server may fork, and `flask db upgrade` migrate the host's tables in this process."""
    app = Flask("host", instance_path=str(tmp_path))
    CozeWeb(app, settings=make_settings(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN, DATABASE_URL=""))
    assert "runlog-recovery" not in {thread.name for thread in threading.enumerate()}
    assert list(tmp_path.iterdir()) == []
    assert app.test_client().get("/assistant/healthz").status_code == 200
    wait_until((tmp_path / "runs.sqlite3").exists)
    close_runlog(app)


@pytest.mark.parametrize("is_alone", [True, False])
def test_it_is_recovered_once(make_settings: Callable[..., Settings], mocker: MockerFixture, *, is_alone: bool) -> None:
    recover = mocker.patch("coze_web.services.recover")
    settings = make_settings(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN)
    app = create_app(settings) if is_alone else Flask("host")
    if not is_alone:
        CozeWeb(app, url_prefix="", settings=settings)
    for _ in range(3):
        app.test_client().get("/healthz")
    wait_until(lambda: recover.called)
    recover.assert_called_once_with(services(app).runlog, services(app).gateway)


@pytest.mark.parametrize("mount", [lambda app, settings: CozeWeb(app, settings=settings, url_prefix="/x"), None])
def test_a_blueprint_within_may_go_its_own_way(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, mount: Any
) -> None:
    """As the reference of the API, or the routes for clients of another API, do."""
    own = Blueprint("own", __name__, url_prefix="/v1")
    handle_errors(own, _answer_in_plain_text)

    @own.before_request
    def limit() -> None:
        request.max_content_length = 100_000

    @own.after_request
    def open_forms(response: Response) -> Response:
        response.content_security_policy.form_action = "'self'"
        return response

    @own.post("/length")
    def length() -> str:
        return str(len(request.get_data()))

    monkeypatch.setattr("coze_web.extension.NOUNS", (own,), raising=True)
    own.bp = own  # type: ignore[attr-defined]
    settings = make_settings()
    app = make_host() if mount else create_app(settings)
    if mount:
        mount(app, settings)
    path = "/x/v1/length" if mount else "/v1/length"
    fine = app.test_client().post(path, data="x" * 70_000)
    assert fine.text == "70000"
    assert "form-action 'self'" in fine.headers["Content-Security-Policy"]
    assert "default-src 'none'" in fine.headers["Content-Security-Policy"]
    large = app.test_client().post(path, data="x" * 200_000)
    assert (large.status_code, large.text) == (413, "own: body_too_large")


def test_the_example_serves_its_shop_and_the_assistant() -> None:
    client = runpy.run_path(str(ROOT / "examples" / "shop.py"))["app"].test_client()
    shop = client.get("/")
    assert "Content-Security-Policy" not in shop.headers
    link = re.findall('href="(.+?)"', shop.text)
    assert link == ["/assistant/"]
    assert "COZE_PAT" in client.get(link[0]).text
    assert client.get("/nothing").mimetype == "text/html"


def _answer_in_plain_text(error: CozeWebError, status: int | None) -> Response:
    return Response(f"own: {error.code}", status or error.status)
