"""The processes: start, restart, the demo, and the commands against them."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from coze_web.sse import FrameParser
from tests.servers import BOT_ID, WEB_APP, Server, clean_environ, emulator, free_port, is_listening, web

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def coze() -> Iterator[Server]:
    with emulator() as server:
        yield server


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=clean_environ(**variables),
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )


def ask(url: str, question: str) -> requests.Response:
    return requests.post(f"{url}/api/v1/coze/chat", json={"message": question}, stream=True, timeout=30)


@pytest.mark.parametrize("question", ["/say 10000", "/fault slow-start 300"])
def test_sigterm_ends_every_answer_properly_and_the_process_soon(coze: Server, question: str) -> None:
    with web(coze.url) as site:
        answers = [ask(site.url, question) for _ in range(3)]
        site.process.send_signal(signal.SIGTERM)
        stopped = time.monotonic()
        for answer in answers:
            last = FrameParser().feed(answer.content)[-1]
            assert last.event == "error"
            body = json.loads(last.data)
            assert (body["code"], body["retryable"]) == ("server_restarting", True)
        assert time.monotonic() - stopped < 2
        site.process.wait(25)
        assert site.process.returncode == 0


def test_a_wrong_setting_stops_the_start_with_one_message() -> None:
    result = run("gunicorn", *WEB_APP, "--bind", f"127.0.0.1:{free_port()}", COZE_TIMEOUT="0", COZE_BOT_ID="x")
    assert result.returncode != 0
    assert result.stderr.count("cannot start with these settings") == 1
    assert "COZE_TIMEOUT: must be greater than 0" in result.stderr
    assert "COZE_BOT_ID: " in result.stderr
    assert "Traceback" not in result.stderr


def test_without_configuration_the_page_opens_and_says_so() -> None:
    with web("http://127.0.0.1:1", COZE_PAT="", COZE_BOT_ID="") as site:
        page = requests.get(site.url, timeout=5)
        assert page.status_code == 200
        assert "COZE_PAT" in page.text
        assert "COZE_BOT_ID" in page.text
        answer = requests.post(f"{site.url}/api/v1/coze/chat", json={"message": "hi"}, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (500, "not_configured")


def test_over_the_cap_health_still_answers(coze: Server) -> None:
    with web(coze.url, COZE_WEB_MAX_STREAMS="1") as site, ask(site.url, "/fault slow-start 60"):
        refused = ask(site.url, "hi")
        assert (refused.status_code, refused.json()["code"]) == (503, "too_many_streams")
        assert refused.headers["Retry-After"]
        assert requests.get(f"{site.url}/healthz", timeout=1).json() == {"status": "ok"}


def test_a_low_limit_of_open_files_is_raised(coze: Server) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
    try:
        with web(coze.url) as site:
            limits = Path(f"/proc/{site.process.pid}/limits").read_text()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    raised = next(line.split()[3] for line in limits.splitlines() if line.startswith("Max open files"))
    assert int(raised) == min(65_536, hard)


def test_the_demo_serves_and_leaves_nothing_behind() -> None:
    port = free_port()
    embedder = "http://localhost:3000"
    own = {"COZE_API_TOKEN": "pat_real", "COZE_BOT_ID": "1", "COZE_WEB_FRAME_ANCESTORS": embedder}
    environ = clean_environ(PORT=str(port), **own)
    command = [sys.executable, "-m", "coze_web.cli", "demo"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) as demo:
        assert any(f"http://127.0.0.1:{port}".encode() in line for line in demo.stdout or [])
        answer = run("coze_web.cli", "ask", "/echo 你好", "--url", f"http://127.0.0.1:{port}")
        page = requests.get(f"http://127.0.0.1:{port}", timeout=10)
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(30) == 0
    assert (answer.returncode, answer.stdout) == (0, "你好\n")
    assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {embedder}")
    assert not is_listening(port)


def check(coze: Server, **variables: str) -> Any:
    environ = {"COZE_PAT": "pat_emulator", "COZE_BOT_ID": BOT_ID, "COZE_API_BASE_URL": coze.url, **variables}
    return run("coze_web.cli", "check", **environ)


def test_check_says_that_all_is_well(coze: Server) -> None:
    result = check(coze)
    assert (result.returncode, result.stderr) == (0, "")
    assert "published to the API" in result.stdout


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"COZE_PAT": "pat_wrong"}, "the token is refused"),
        ({"COZE_BOT_ID": "7379462189365198897"}, "sees no bot"),
        ({"COZE_BOT_ID": "7379462189365198899"}, "not published"),
        ({"COZE_API_BASE_URL": "http://127.0.0.1:9"}, "cannot be reached"),
    ],
)
def test_check_says_what_is_wrong(coze: Server, variables: dict[str, str], told: str) -> None:
    result = check(coze, **variables)
    assert result.returncode == 1
    assert told in result.stdout


def test_an_emulator_on_a_port_in_use_says_so(coze: Server) -> None:
    result = run("coze_web.cli", "emulator", "--port", coze.url.rpartition(":")[2])
    assert result.returncode == 1
    assert "Cannot listen" in result.stderr
    assert "Traceback" not in result.stderr
