"""Real processes for the tests: the embedded Coze and gunicorn, on ports of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
BOT_ID = "7379462189365198898"
WEB_APP = ("--config", str(ROOT / "gunicorn.conf.py"), "wsgi:app")
SHOP_APP = ("--pythonpath", str(ROOT / "examples"), "shop:app")
LIMIT = 20.0


class Server(NamedTuple):
    """A running process that serves at an address."""

    url: str
    process: subprocess.Popen[bytes]


def wait_until(condition: Callable[[], object], limit: float = LIMIT) -> None:
    """Wait for what should happen, but not for ever."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"did not happen within {limit} s"
        time.sleep(0.005)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    """Say whether a connection to the port is accepted."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def clean_environ(**variables: str) -> dict[str, str]:
    """Give a process our modules and these variables, and nothing of a developer's settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COZE_")}
    return {**inherited, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", **variables}


@contextmanager
def _serving(
    command: list[str], port: int, environ: dict[str, str], output: IO[bytes] | None = None
) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=tempfile.gettempdir(),
        env=clean_environ(**environ),
        stdout=output,
        stderr=output,
    )
    try:
        wait_until(lambda: process.poll() is not None or is_listening(port))
        assert process.poll() is None, f"{command} ended with status {process.returncode}"
        yield Server(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(LIMIT + 10)


@contextmanager
def emulator(tokens_per_second: float = 200, profile: str = "cloud") -> Iterator[Server]:
    """Run the embedded Coze, as the cloud or as a self-hosted Studio."""
    port = free_port()
    command = ["coze_web.cli", "emulator", "--port", str(port), "--tokens-per-second", str(tokens_per_second)]
    command += ["--profile", profile]
    with _serving(command, port, {}) as server:
        yield server


@contextmanager
def web(
    coze_url: str, app: tuple[str, ...] = WEB_APP, output: IO[bytes] | None = None, /, **variables: str
) -> Iterator[Server]:
    """Run gunicorn as the Procfile does, in front of a Coze; its output goes to a file, if one is given."""
    port = free_port()
    environ = {
        "COZE_PAT": "pat_emulator",
        "COZE_BOT_ID": BOT_ID,
        "COZE_API_BASE_URL": coze_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        **variables,
    }
    with _serving(["gunicorn", *app], port, environ, output) as server:
        # The port is open before the worker is ready.
        assert requests.get(f"{server.url}/healthz", timeout=LIMIT).ok
        yield server


@contextmanager
def example_shop(coze_url: str, *command: str, **variables: str) -> Iterator[Server]:
    """Run examples/shop.py by a command that serves where PORT or FLASK_RUN_PORT says."""
    port = str(free_port())
    environ = {
        "COZE_PAT": "pat_emulator",
        "COZE_BOT_ID": BOT_ID,
        "COZE_API_BASE_URL": coze_url,
        "COZE_WEB_RATE_LIMIT": "",
        **dict.fromkeys(("HOST", "FLASK_RUN_HOST"), "127.0.0.1"),
        **dict.fromkeys(("PORT", "FLASK_RUN_PORT"), port),
        **variables,
    }
    with _serving([*command], int(port), environ) as server:
        assert requests.get(f"{server.url}/assistant/healthz", timeout=LIMIT).ok
        yield server


@contextmanager
def demo(tokens_per_second: float = 30, profile: str = "cloud", **variables: str) -> Iterator[str]:
    """Run both, and give the page's address."""
    with emulator(tokens_per_second, profile) as coze, web(coze.url, COZE_FLAVOR=profile, **variables) as site:
        yield site.url
