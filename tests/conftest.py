"""What most tests need: settings that no environment touches, an app, and Coze as `responses` plays it."""

from __future__ import annotations

import os
import shutil
import ssl
import threading
from typing import TYPE_CHECKING, Any

import pytest
import responses
from flask import Flask
from jinja2 import FileSystemBytecodeCache, StrictUndefined

from coze_web import Settings, create_app
from coze_web.runlog import RunFilter, RunLog
from coze_web.services import install_services, services
from tests.console_user import sign_in
from tests.coze_wire import BASE_URL, BOT_ID, OPERATOR_TOKEN, TOKEN
from tests.servers import demo, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient


@pytest.fixture
def make_settings(empty_folder: Path) -> Callable[..., Settings]:
    """Give settings for a made-up Coze; keywords are variables and win."""

    def make(**variables: str) -> Settings:
        environ = {
            "COZE_PAT": TOKEN,
            "COZE_BOT_ID": BOT_ID,
            "COZE_API_BASE_URL": BASE_URL,
            "COZE_WEB_RATE_LIMIT": "",
            "COZE_WEB_HEARTBEAT": "0.02",
            "DATABASE_URL": f"sqlite:///{empty_folder}/runs.sqlite3",
        }
        return Settings.from_environ({**environ, **variables})

    return make


@pytest.fixture(scope="session")
def compiled() -> dict[frozenset[tuple[str, str]], Flask]:
    """Keep apps by their variables: compiling their routes takes longer than most tests."""
    return {}


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let all apps share what Jinja makes of the templates: each new one would compile them anew."""
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(tmp_path_factory.mktemp("jinja")))}


@pytest.fixture
def make_app(
    make_settings: Callable[..., Settings],
    compiled: dict[frozenset[tuple[str, str]], Flask],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Flask]]:
    """Give an app with these variables set, which has served nobody yet, and whose run log nobody has left open."""
    monkeypatch.setattr("coze_web.services.recover", lambda *_: None)
    made: list[Flask] = []

    def make(**variables: str) -> Flask:
        settings = make_settings(**variables)
        key = frozenset(variables.items())
        if key not in compiled:
            compiled[key] = create_app(settings)
            # An app around us may be as strict as this.
            compiled[key].jinja_env.undefined = StrictUndefined
        install_services(compiled[key], settings)
        made.append(compiled[key])
        return compiled[key]

    yield make
    # What an answer still does when its visitor has gone would be found in the next test's log.
    wait_until(lambda: not any(len(services(app).streams) for app in made))


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    """Give a visitor of an app that is set up properly."""
    return make_app().test_client()


@pytest.fixture(scope="session")
def empty_runlog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a run log without runs, for copying."""
    folder = tmp_path_factory.mktemp("runlog")
    log = RunLog(None, folder=folder, days=0, keeps_content=True)
    assert log.page(RunFilter()).items == []
    log.close()
    return folder / "runs.sqlite3"


@pytest.fixture
def operator(
    make_app: Callable[..., Flask], make_settings: Callable[..., Settings], empty_runlog: Path, tmp_path: Path
) -> Iterator[FlaskClient]:
    """Give the operator of an app whose run log is empty."""
    app = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN)
    database = f"sqlite:///{shutil.copy(empty_runlog, tmp_path)}"
    install_services(app, make_settings(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN, DATABASE_URL=database))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {OPERATOR_TOKEN}"
    yield client
    close_runlog(app)


@pytest.fixture
def console(operator: FlaskClient) -> FlaskClient:
    """Give the operator in a browser, signed in to the console of that app."""
    client = operator.application.test_client()
    assert sign_in(client).status_code == 303
    return client


def close_runlog(app: Flask) -> None:
    """Close the log once nothing uses it any more."""
    join_recovery()
    services(app).runlog.close()


def join_recovery() -> None:
    """Wait for what the first request has started: it would open a log again that was closed."""
    for thread in threading.enumerate():
        if thread.name == "runlog-recovery":
            thread.join(5)


@pytest.fixture
def coze() -> Iterator[responses.RequestsMock]:
    """Give Coze, played at the transport: what is not prepared is refused."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture(scope="session")
def demo_url() -> Iterator[str]:
    """Start the embedded Coze and gunicorn once for all tests that only look."""
    with demo(COZE_WEB_RATE_LIMIT="", COZE_WEB_VISITOR_STREAMS="0") as url:
        yield url


@pytest.fixture
def _no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a client that connects to nobody the time of reading every authority there is."""
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)


@pytest.fixture(autouse=True)
def _closed_runlogs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what apps write into: how answers ended is written down by each that has an operator."""
    made: list[RunLog] = []

    def make(*args: Any, **options: Any) -> RunLog:
        made.append(RunLog(*args, **options))
        return made[-1]

    monkeypatch.setattr("coze_web.services.RunLog", make)
    yield
    join_recovery()
    for log in made:
        log.close()


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    """Keep a developer's variables and `.env` out of the tests."""
    for name in [name for name in os.environ if name.startswith("COZE_") or name in {"DYNO", "DATABASE_URL"}]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(empty_folder)


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder without an `.env`."""
    return tmp_path_factory.mktemp("empty")
