"""How Node's peers are installed and started."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

from bench.peers.peer import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

LOCK = FOLDER / "package-lock.json"
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"
LIMIT = 240


def node(script: str) -> Callable[[int], list[str]]:
    """Return the command line that runs a script of ours; it takes the port from the environment."""
    return lambda _: [shutil.which("node") or "node", str(FOLDER / script)]


def find() -> str:
    """Say what is missing where there is no Node."""
    return "" if shutil.which("node") else "Node was not found; any from 20.19 will do."


def install() -> str:
    """Install what the lock file names: anew where it is newer than what is there."""
    npm = shutil.which("npm")
    if not npm or find():
        return "Node or npm was not found; any Node from 20.19 will do."
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime:
        return ""
    command = [npm, "ci", "--prefix", str(FOLDER), "--no-audit", "--no-fund"]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return f"npm ci did not end within {LIMIT} s."
    return f"npm ci failed with status {ended.returncode}." if ended.returncode else ""


def versions(*packages: str) -> Callable[[], str]:
    """Return what tells the version of Node and of these packages."""

    def version() -> str:
        said = subprocess.run([shutil.which("node") or "node", "--version"], capture_output=True, text=True, check=True)
        return ", ".join([f"Node {said.stdout.strip().removeprefix('v')}", *map(_named, packages)])

    return version


def _named(package: str) -> str:
    described = json.loads((FOLDER / "node_modules" / package / "package.json").read_text())
    return f"{package} {described['version']}"
