"""The fixture `coze_emulator` in a test suite of somebody else's: as docs/emulator.md shows it, and alone with Coze."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.servers import ROOT, is_listening

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["pytester"]

MANUAL = ROOT / "docs" / "emulator.md"
FORGETS = """
import http.client, json
import pytest

@pytest.mark.parametrize("test", range(2))
def test_each_begins_anew(coze_emulator, test):
    assert coze_emulator.journal() == []
    connection = http.client.HTTPConnection(coze_emulator.url.removeprefix("http://"))
    connection.request("GET", "/v1/workspaces", headers={"Authorization": "Bearer wrong"})
    assert connection.getresponse().status == 401
    connection.close()
    assert [entry["event"] for entry in coze_emulator.journal()] == ["refused"]
    coze_emulator.reset()
    assert coze_emulator.journal() == []
    print("port", coze_emulator.url.rpartition(":")[2])

def test_without_it():
    pass
"""
ALONE = """
import sys
BEFORE = set(sys.modules)

def test_nothing_of_it_gets_in(coze_emulator, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 0)
    monkeypatch.setattr("socket.socket", None)
    monkeypatch.undo()
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert coze_emulator.journal() == []
    assert coze_emulator.environ == {
        "COZE_API_BASE": coze_emulator.url,
        "COZE_API_TOKEN": coze_emulator.token,
        "COZE_BOT_ID": coze_emulator.bot_id,
        "COZE_WORKSPACE_ID": coze_emulator.workspace_id,
        "COZE_WORKFLOW_ID": coze_emulator.workflow_id,
    }
    new = {name.partition(".")[0] for name in set(sys.modules) - BEFORE}
    assert not new & {"gevent", "flask", "werkzeug"}
    assert "coze_web.emulator" not in sys.modules
"""

MEASURED = """
import os
os.environ.update(COV_CORE_SOURCE=".", COVERAGE_PROCESS_START="x")

def test_it(coze_emulator):
    assert coze_emulator.journal() == []
"""
# As coverage and pytest-cov look into the environment of every process.
SITE = """
import os
if {"COV_CORE_SOURCE", "COVERAGE_PROCESS_START"} & set(os.environ):
    os._exit(1)
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], pytest.RunResult]:
    """Run a test module with this plugin and no other."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(code: str) -> pytest.RunResult:
        pytester.makepyfile(code)
        return pytester.runpytest_subprocess("-p", "coze_web.pytest_plugin", "-s")

    return run


def test_the_manuals_example_passes(run: Callable[[str], pytest.RunResult]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", MANUAL.read_text(), re.DOTALL)
    assert "from cozepy import" in example
    run(example).assert_outcomes(passed=1)


def test_every_test_begins_anew_and_nothing_is_left_at_the_end(run: Callable[[str], pytest.RunResult]) -> None:
    result = run(FORGETS)
    result.assert_outcomes(passed=3)
    ports = set(re.findall(r"port (\d+)", result.stdout.str()))
    assert len(ports) == 1, "one server for all tests"
    assert not is_listening(int(ports.pop()))


def test_it_stays_out_of_the_tests_own_process(run: Callable[[str], pytest.RunResult]) -> None:
    run(ALONE).assert_outcomes(passed=1)


def test_coverage_of_the_tests_does_not_follow_into_it(
    run: Callable[[str], pytest.RunResult], pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(sitecustomize=SITE)
    run(MEASURED).assert_outcomes(passed=1)


def test_who_does_not_ask_for_it_does_not_pay_for_it(run: Callable[[str], pytest.RunResult]) -> None:
    result = run("import sys\ndef test_it(): assert 'coze_web.app' not in sys.modules")
    result.assert_outcomes(passed=1)
    assert "COZE_API_BASE" not in result.stdout.str()
