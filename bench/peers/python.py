"""How Python's peers are started."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import TYPE_CHECKING

from bench.peers.peer import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def gunicorn(config: Path, app: str) -> Callable[[int], list[str]]:
    """Return the command line that serves an app which lies beside its configuration."""
    files = ("--config", str(config), "--pythonpath", str(config.parent))
    size = ("--workers", "1", "--worker-connections", "5000")
    return lambda port: [sys.executable, "-m", "gunicorn", *files, "--bind", f"127.0.0.1:{port}", *size, app]


def uvicorn(app: str) -> Callable[[int], list[str]]:
    """Return the command line that serves an app of this folder."""
    found = ("--app-dir", str(FOLDER), "--host", "127.0.0.1")
    speed = ("--workers", "1", "--loop", "uvloop", "--http", "httptools", "--no-access-log")
    return lambda port: [sys.executable, "-m", "uvicorn", *found, "--port", str(port), *speed, app]


def needs(*distributions: str) -> Callable[[], str]:
    """Return what says which of these are not installed."""

    def prepare() -> str:
        present = {found.name.lower() for found in metadata.distributions()}
        missing = [name for name in distributions if name.lower() not in present]
        return f"{' and '.join(missing)} not found; `make .venv/.bench` installs what is missing." if missing else ""

    return prepare


def versions(*distributions: str) -> Callable[[], str]:
    """Return what tells the version of Python and of these."""
    return lambda: ", ".join(
        [f"Python {platform.python_version()}", *(f"{name} {metadata.version(name)}" for name in distributions)]
    )
