"""The official JavaScript clients, installed from the lock file beside the tests that Node runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "js_sdk"
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"
LIMIT = 240


def install() -> None:
    """Install them anew where the lock file is newer than what is there; skip the test without Node, but not in CI."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    if missing and not os.environ.get("CI"):
        pytest.skip(
            f"{' and '.join(missing)} not found: the JavaScript clients were not tried (any Node from 20.19 will do)"
        )
    assert not missing, f"CI is set, and there is no {' and no '.join(missing)}"
    lock = FOLDER / "package-lock.json"
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        run(["npm", "ci", "--no-audit", "--no-fund"], dict(os.environ))


def run(command: list[str], environ: dict[str, str]) -> None:
    """Run a command in the folder; fail with what it printed."""
    ended = subprocess.run(command, cwd=FOLDER, env=environ, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert ended.returncode == 0, f"{' '.join(command)} failed:\n{ended.stdout}{ended.stderr}"
