"""Everything on one machine without an account: the embedded Coze, and gunicorn serving the page in front of it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

import click

from coze_web.credentials import OAUTH
from coze_web.emulator import BOT_ID, TOKEN
from coze_web.serve import GUNICORN

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
OPERATOR_TOKEN = "demo-operator"  # noqa: S105 - the demo's only, and printed by it
API_KEY = "demo-key"
START_LIMIT = 20
STOP_LIMIT = 30


class DemoError(Exception):
    """The demo could not start; the text says why."""


def run_demo(port: int) -> None:
    """Serve until a signal comes or the web server ends; no process outlives this one.

    Raises:
        DemoError: the port is taken, or a process did not start.

    """
    if _is_listening(port):
        raise DemoError(f"port {port} is in use; try PORT={port + 1} / 端口 {port} 已被占用，可改用 PORT={port + 1}")
    coze_port = _free_port()
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    try:
        with ExitStack() as stack:
            folder = stack.enter_context(TemporaryDirectory(prefix="coze-web-demo-"))
            stack.enter_context(_process(_emulator(coze_port), coze_port))
            web = stack.enter_context(_process(_gunicorn(port, coze_port, folder), port))
            click.echo(f"\n  coze-web: http://{HOST}:{port}   (Ctrl-C ends / 按 Ctrl-C 结束)")
            click.echo(f"  console / 控制台: http://{HOST}:{port}/console")
            click.echo(f"  operator token / 管理令牌: {OPERATOR_TOKEN}   API key / API 密钥: {API_KEY}\n")
            web.wait()
    except KeyboardInterrupt:
        return


def _emulator(port: int) -> list[str]:
    return [sys.executable, "-m", "coze_web.cli", "emulator", "--port", str(port)]


def _gunicorn(port: int, coze_port: int, folder: str) -> list[str]:
    # All names of each variable: a real credential in the shell or in .env must neither win nor clash,
    # and what is only tried must not be counted where what is real is.
    environ = {
        "COZE_PAT": TOKEN,
        "COZE_API_TOKEN": TOKEN,
        **dict.fromkeys(OAUTH, ""),
        "COZE_BOT_ID": BOT_ID,
        "COZE_API_BASE_URL": f"http://{HOST}:{coze_port}",
        "COZE_API_BASE": f"http://{HOST}:{coze_port}",
        "COZE_FLAVOR": "cloud",
        "COZE_WEB_OPERATOR_TOKEN": OPERATOR_TOKEN,
        "COZE_WEB_API_KEYS": API_KEY,
        "COZE_WEB_DAILY_CHATS": "0",
        "RATELIMIT_STORAGE_URI": "memory://",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "",
        "DATABASE_URL": f"sqlite:///{folder}/runs.sqlite3",
        "NO_PROXY": HOST,
    }
    settings = [part for name, value in environ.items() for part in ("--env", f"{name}={value}")]
    return [sys.executable, "-m", *GUNICORN, *settings, "--bind", f"{HOST}:{port}"]


@contextmanager
def _process(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that listens on a port; wait until it does, and for its end at the end."""
    # In sessions of their own, or Ctrl-C would reach Coze before the server has ended its answers.
    process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own commands
    try:
        deadline = time.monotonic() + START_LIMIT
        while not _is_listening(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise DemoError(f"did not start: {' '.join(command[2:4])} / 启动失败")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(STOP_LIMIT)


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
