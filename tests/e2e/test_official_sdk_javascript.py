"""The emulator as a process of its own, called by the official JavaScript SDK."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from coze_web.emulator.environment import variables
from tests.servers import clean_environ

FOLDER = Path(__file__).parent.parent / "js_sdk"
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"
LIMIT = 240


@pytest.fixture(scope="session")
def js_sdk() -> Path:
    """Give the folder with the SDK installed: anew where the lock file is newer than what is there."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    if missing and not os.environ.get("CI"):
        pytest.skip(
            f"{' and '.join(missing)} not found: the JavaScript SDK was not tried (any Node from 20.19 will do)"
        )
    assert not missing, f"CI is set, and there is no {' and no '.join(missing)}"
    lock = FOLDER / "package-lock.json"
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        run(["npm", "ci", "--no-audit", "--no-fund"], dict(os.environ))
    return FOLDER


def run(command: list[str], environ: dict[str, str]) -> None:
    """Run a command in the folder; fail with what it printed."""
    ended = subprocess.run(command, cwd=FOLDER, env=environ, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert ended.returncode == 0, f"{' '.join(command)} failed:\n{ended.stdout}{ended.stderr}"


@pytest.mark.timeout(2 * LIMIT)
def test_every_call_of_the_javascript_sdk_succeeds(js_sdk: Path, sdk_url: str) -> None:
    told = dict(line.split("=", 1) for line in variables(sdk_url))
    run(["node", "--test-reporter=spec", "coze_api.mjs"], clean_environ(**told))
