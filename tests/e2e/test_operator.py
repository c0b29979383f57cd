"""The operator API against real servers: the manual's own examples, and runs that do not come to their end."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from coze_web import create_app
from coze_web.demo import OPERATOR_TOKEN
from coze_web.emulator import WORKFLOW_ID
from tests.servers import Server, emulator, wait_until, web
from tests.test_operator import CONSOLE, PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterator


MANUAL = Path(__file__).parents[2] / "docs/operator.md"
AUTH = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}


@pytest.fixture(scope="module")
def coze() -> Iterator[Server]:
    with emulator() as server:
        yield server


def variables(folder: Path) -> dict[str, str]:
    return {"COZE_WEB_OPERATOR_TOKEN": OPERATOR_TOKEN, "DATABASE_URL": f"sqlite:///{folder}/runs.sqlite3"}


@pytest.fixture
def site(coze: Server, tmp_path: Path) -> Iterator[Server]:
    with web(coze.url, **variables(tmp_path)) as server:
        yield server


def workflow(site: Server, verb: str, **body: Any) -> requests.Response:
    url = f"{site.url}/api/v1/coze/workflows/{WORKFLOW_ID}/{verb}"
    return requests.post(url, json=body, headers=AUTH, stream=bool(body.get("stream")), timeout=20)


def runs(site: Server, **filters: str) -> list[dict[str, Any]]:
    answer = requests.get(f"{site.url}/api/v1/coze/workflows/runs", params=filters, headers=AUTH, timeout=20)
    assert answer.ok, answer.text
    return list(answer.json()["items"])


def endpoints_of(trace: str) -> set[str]:
    """Return the endpoints that the curl commands of a shell's trace (`set -x`) ask."""
    app = create_app()
    adapter = app.url_map.bind("localhost")
    found = set()
    for line in trace.splitlines():
        words = shlex.split(line.lstrip("+ ")) if line.startswith("+") else []
        if words[:1] == ["curl"]:
            url = next(word for word in words if word.startswith("http"))
            method = words[words.index("-X") + 1] if "-X" in words else "POST" if "-d" in words else "GET"
            found.add(adapter.match(urlsplit(url).path, method)[0])
    return found


def test_every_example_of_the_manual_works_and_every_route_has_one(site: Server) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", MANUAL.read_text(), re.DOTALL)
    script = "\n".join(blocks).replace("http://127.0.0.1:8000", site.url)
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    every = {rule.endpoint for rule in create_app().url_map.iter_rules()} - PUBLIC
    wanted = {endpoint for endpoint in every if not endpoint.startswith(CONSOLE)}
    assert endpoints_of(done.stderr) == wanted | {"coze_web.bot.bot"}
    assert done.stdout.count("event: done") == 3
    assert "event: error" not in done.stdout
    assert '"suggested_questions"' in done.stdout


def test_a_run_whose_server_was_killed_is_found_at_the_next_start(coze: Server, tmp_path: Path) -> None:
    with web(coze.url, **variables(tmp_path)) as first:
        answer = workflow(first, "run", parameters={"input": "/slow 30"}, stream=True)
        wait_until(lambda: [run["status"] for run in runs(first)] == ["running"])
        kill_all(first)
        answer.close()
    with web(coze.url, **variables(tmp_path)) as second:
        wait_until(lambda: [run["status"] for run in runs(second)] == ["unknown"])
        (run,) = runs(second, status="unknown", q="slow")
        assert run["ended_at"]
        assert run["duration_ms"] is None


def test_one_whose_id_is_known_ends_as_coze_says(coze: Server, tmp_path: Path) -> None:
    with web(coze.url, **variables(tmp_path)) as first:
        asked = workflow(first, "run", parameters={"input": "/ask"}, stream=True).text
        event_id = re.findall(r'"event_id": ?"([0-9/]+)"', asked)[0]
        resume = {"event_id": event_id, "interrupt_type": 2, "resume_data": "Beijing " * 500}
        answer = requests.post(
            f"{first.url}/api/v1/coze/workflows/{WORKFLOW_ID}/resume",
            json=resume,
            headers=AUTH,
            stream=True,
            timeout=20,
        )
        wait_until(lambda: "running" in [run["status"] for run in runs(first)])
        kill_all(first)
        answer.close()
    with web(coze.url, **variables(tmp_path)) as second:
        wait_until(lambda: "running" not in [run["status"] for run in runs(second)])
        (run,) = runs(second, q=event_id.partition("/")[0], status="succeeded")
        assert (run["mode"], run["duration_ms"]) == ("resumed", None), "nobody saw when it ended"
        assert "Beijing" in run["output"]


def kill_all(site: Server) -> None:
    """Kill gunicorn and its workers as a machine that fails does."""
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(site.process.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    for pid in (str(site.process.pid), *children):
        subprocess.run(["kill", f"-{signal.SIGKILL.value}", pid], check=False)
    site.process.wait(20)


def test_a_caller_who_leaves_cancels_nothing_but_is_written_down(site: Server) -> None:
    answer = workflow(site, "run", parameters={"input": "/slow 30"}, stream=True)
    wait_until(lambda: [run["status"] for run in runs(site)] == ["running"])
    answer.close()
    wait_until(lambda: [run["status"] for run in runs(site)] == ["canceled"])
    assert runs(site)[0]["error_code"] == "visitor_left"


def test_a_stopping_server_ends_a_run_and_writes_it_down(coze: Server, tmp_path: Path) -> None:
    with web(coze.url, **variables(tmp_path)) as first:
        answer = workflow(first, "run", parameters={"input": "/slow 30"}, stream=True)
        wait_until(lambda: [run["status"] for run in runs(first)] == ["running"])
        first.process.terminate()
        assert "server_restarting" in answer.text
    with web(coze.url, **variables(tmp_path)) as second:
        (run,) = runs(second)
        assert (run["status"], run["error_code"]) == ("unknown", "server_restarting")


def test_a_disk_that_fails_does_not_stop_a_run(coze: Server, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    with web(coze.url, **variables(blocked)) as site:
        answer = workflow(site, "run", parameters={"input": "hello"})
        assert answer.status_code == 200
        assert answer.json()["execute_id"]
        log = requests.get(f"{site.url}/api/v1/coze/workflows/runs", headers=AUTH, timeout=20)
        assert (log.status_code, log.json()["code"]) == (503, "runlog_unavailable")


def test_a_run_that_is_waited_for_ends_with_the_server(coze: Server, tmp_path: Path) -> None:
    with web(coze.url, **variables(tmp_path)) as first, ThreadPoolExecutor(1) as caller:
        answer = caller.submit(workflow, first, "run", parameters={"input": "/slow 30"})
        wait_until(lambda: [run["status"] for run in runs(first)] == ["running"])
        first.process.terminate()
        assert (answer.result(5).status_code, answer.result().json()["code"]) == (503, "server_restarting")


def test_who_leaves_a_run_that_is_waited_for_gives_it_up(site: Server) -> None:
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(
            f"{site.url}/api/v1/coze/workflows/{WORKFLOW_ID}/run",
            json={"parameters": {"input": "/slow 30"}},
            headers=AUTH,
            timeout=0.5,
        )
    wait_until(lambda: [run["status"] for run in runs(site)] == ["canceled"])
