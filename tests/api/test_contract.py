"""The app does what its description says: Schemathesis asks every operation, rightly and wrongly, and finds nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
import schemathesis

from coze_web.demo import API_KEY, OPERATOR_TOKEN
from tests.servers import clean_environ, emulator, web

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = Path(__file__).parent / "schemathesis.toml"
CLI = "from schemathesis.cli import schemathesis; schemathesis()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the app in front of an embedded Coze that types as fast as it can, without limits on visitors."""
    database = f"sqlite:///{tmp_path_factory.mktemp('runlog')}/runs.sqlite3"
    free = {"COZE_WEB_RATE_LIMIT": "", "COZE_WEB_VISITOR_STREAMS": "0"}
    own = {"COZE_WEB_OPERATOR_TOKEN": OPERATOR_TOKEN, "COZE_WEB_API_KEYS": API_KEY, "DATABASE_URL": database}
    with emulator(tokens_per_second=0) as coze, web(coze.url, **free, **own) as server:
        yield server.url


def test_the_document_is_what_the_standard_asks(site: str) -> None:
    schemathesis.openapi.from_url(f"{site}/api/openapi.json").validate()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("secrets", "options"),
    [
        pytest.param({"OPERATOR": OPERATOR_TOKEN, "API_KEY": API_KEY}, [], id="who may"),
        pytest.param({"OPERATOR": "wrong", "API_KEY": "wrong"}, ["--max-examples", "2"], id="stranger"),
    ],
)
def test_schemathesis_finds_nothing(site: str, tmp_path: Path, secrets: dict[str, str], options: list[str]) -> None:
    document = f"{site}/api/openapi.json"
    run = [sys.executable, "-c", CLI, "--config-file", str(CONFIG), "run", document, "--no-color", *options]
    done = subprocess.run(run, cwd=tmp_path, env=clean_environ(**secrets), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    paths = requests.get(document, timeout=20).json()["paths"]
    # Of all but the document itself, which it has read.
    assert f"Tested: {sum(map(len, paths.values())) - 1}\n" in done.stdout
