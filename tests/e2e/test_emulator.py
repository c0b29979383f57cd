"""The emulator as a process of its own: its faults on bare sockets, its signals and its port."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from coze_web.emulator import BOT_ID, TOKEN, WORKFLOW_ID, WORKSPACE_ID
from coze_web.emulator.environment import variables
from tests.servers import clean_environ, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVE = "from coze_web.emulator.server import serve; serve('127.0.0.1', {port}, 100)"


def start(port: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SERVE.format(port=port)], stdout=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """Serve the emulator on a free port; it listens once it has printed its variables."""
    with start() as process:
        assert process.stdout
        lines = [process.stdout.readline().strip() for _ in range(6)]
        address = lines[0].split()[-1]
        assert lines[1:] == list(variables(address))
        yield address
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def connect(base_url: str, text: str) -> socket.socket:
    """Ask for the stream of a chat over a socket of its own."""
    message = {"role": "user", "content": text, "content_type": "text"}
    fields = {"bot_id": BOT_ID, "user_id": "raw", "stream": True, "additional_messages": [message]}
    return post(base_url, "/v3/chat", fields)


def run_workflow(base_url: str, text: str) -> socket.socket:
    """Ask for a whole run of the workflow over a socket of its own."""
    return post(base_url, "/v1/workflow/run", {"workflow_id": WORKFLOW_ID, "parameters": {"input": text}})


def post(base_url: str, path: str, fields: dict[str, object]) -> socket.socket:
    body = json.dumps(fields).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n"
    url = httpx.URL(base_url)
    connection = socket.create_connection((url.host, url.port), timeout=5)
    connection.sendall(head.encode() + body)
    return connection


def read_to(connection: socket.socket, mark: bytes) -> bytes:
    """Read until the mark, or until the server closes."""
    received = b""
    while mark not in received and (data := connection.recv(65536)):
        received += data
    return received


def journal(base_url: str) -> list[str]:
    """Return what happened to the newest chat."""
    entries = httpx.get(f"{base_url}/_emulator/journal", trust_env=False).json()["entries"]
    newest = next(entry["chat_id"] for entry in reversed(entries) if entry["event"] == "opened")
    return [entry["event"] for entry in entries if entry.get("chat_id") == newest]


def test_an_ordinary_stream_ends_and_keeps_the_connection(base_url: str) -> None:
    with connect(base_url, "/say 1") as connection:
        assert b'event:done\ndata:"[DONE]"\n\n\r\n0\r\n\r\n' in read_to(connection, b"\r\n0\r\n\r\n")
        connection.sendall(b"GET /_emulator/journal HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_to(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")


def test_cut_closes_in_the_middle_of_an_event(base_url: str) -> None:
    with connect(base_url, "/fault cut") as connection:
        received = read_to(connection, b"\r\n0\r\n\r\n")
    assert not received.endswith((b"\n\n\r\n", b"\r\n0\r\n\r\n"))
    assert journal(base_url) == ["opened", "finished"]


def test_end_closes_the_body_and_not_the_connection(base_url: str) -> None:
    with connect(base_url, "/fault end") as connection:
        received = read_to(connection, b"\r\n0\r\n\r\n")
    assert received.endswith(b"\r\n0\r\n\r\n")
    assert b"completed\n" not in received
    assert b"event:done" not in received


def test_reset_resets(base_url: str) -> None:
    with connect(base_url, "/fault reset") as connection, pytest.raises(ConnectionResetError):
        read_to(connection, b"\r\n0\r\n\r\n")


def test_hang_leaves_the_connection_open_after_done(base_url: str) -> None:
    with connect(base_url, "/fault hang") as connection:
        read_to(connection, b'data:"[DONE]"\n\n\r\n')
        connection.settimeout(0.4)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        assert journal(base_url) == ["opened", "finished"]
    wait_until(lambda: journal(base_url) == ["opened", "finished", "client_gone"])


def test_split_sends_every_byte_on_its_own(base_url: str) -> None:
    with connect(base_url, "/fault split") as connection:
        body = read_to(connection, b"\r\n0\r\n\r\n").partition(b"\r\n\r\n")[2]
    assert body.startswith(b"1\r\ne\r\n1\r\nv\r\n1\r\ne\r\n1\r\nn\r\n1\r\nt\r\n1\r\n:\r\n")


@pytest.mark.parametrize("text", ["/fault slow-start 60", "/say 6000"])
def test_notices_within_a_moment_that_the_client_has_left(base_url: str, text: str) -> None:
    with connect(base_url, text) as connection:
        read_to(connection, b"in_progress")
        left = time.time()
    wait_until(lambda: journal(base_url) == ["opened", "client_gone"])
    entries = httpx.get(f"{base_url}/_emulator/journal", trust_env=False).json()["entries"]
    assert entries[-1]["at"] - left < 0.5


def test_notices_within_a_moment_that_nobody_waits_for_a_run_any_more(base_url: str) -> None:
    with run_workflow(base_url, "/slow 60") as connection:
        wait_until(lambda: last_event(base_url) == "opened")
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    wait_until(lambda: last_event(base_url) == "client_gone")


def last_event(base_url: str) -> str:
    """Return what happened last to a run."""
    entries = httpx.get(f"{base_url}/_emulator/journal", trust_env=False).json()["entries"]
    return next((entry["event"] for entry in reversed(entries) if "execute_id" in entry), "")


# The process


def test_prints_its_variables_for_a_shell_and_does_not_serve() -> None:
    command = [sys.executable, "-m", "coze_web.cli", "emulator", "--port", "8001", "--print-env"]
    script = f'set -a; eval "$({shlex.join(command)})"; env'
    ended = subprocess.run(
        ["sh", "-c", script], env=clean_environ(), capture_output=True, text=True, check=True, timeout=20
    )
    found = dict(line.split("=", 1) for line in ended.stdout.splitlines() if line.startswith("COZE_"))
    assert found == {
        "COZE_API_BASE": "http://127.0.0.1:8001",
        "COZE_API_TOKEN": TOKEN,
        "COZE_BOT_ID": BOT_ID,
        "COZE_WORKSPACE_ID": WORKSPACE_ID,
        "COZE_WORKFLOW_ID": WORKFLOW_ID,
    }


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_with_an_open_stream(signum: signal.Signals) -> None:
    with start() as process:
        assert process.stdout
        lines = [process.stdout.readline().strip() for _ in range(2)]
        with connect(lines[1].removeprefix("COZE_API_BASE="), "/fault slow-start 60") as connection:
            read_to(connection, b"in_progress")
            os.kill(process.pid, signum)
            assert process.wait(20) == 0


def test_a_port_in_use_is_one_message_and_status_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = SERVE.format(port=port)
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
        )
    assert ended.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "端口" in ended.stderr
    assert "Traceback" not in ended.stderr
