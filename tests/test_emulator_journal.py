"""What the emulator journals and logs, how it notices that a client left, and what its package imports."""

from __future__ import annotations

import ast
import logging
import re
import socket
from pathlib import Path

import pytest

from coze_web import emulator
from coze_web.emulator import create_emulator
from coze_web.emulator.stream import SOCKET
from tests.emulator_caller import Caller, ids_of, read

PACKAGE = Path(emulator.__file__).parent


@pytest.fixture
def coze() -> Caller:
    return Caller()


# The journal


def test_journals_what_a_chat_was_for_whom_and_when(coze: Caller) -> None:
    started = coze.clock.now
    ids = {**ids_of(coze.ask("/say 10").data), "user_id": "u"}
    opened, finished = coze.get("/_emulator/journal")["entries"]
    assert opened == {"at": started, "event": "opened", "stream": True, **ids}
    assert finished == {"at": pytest.approx(started + 1), "event": "finished", **ids}


def test_journals_refusals(coze: Caller) -> None:
    coze.client.get("/v1/users/me")
    entry = coze.get("/_emulator/journal")["entries"][0]
    del entry["at"]
    assert entry == {"event": "refused", "path": "/v1/users/me", "status": 401, "code": 700012006}


def test_reset_forgets_everything(coze: Caller) -> None:
    ids = coze.start("hi")
    coze.client.post("/_emulator/reset")
    assert coze.journal() == []
    assert coze.get("/v3/chat/retrieve", ids)["code"] == 4002


def test_logs_events_and_no_secrets(coze: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "coze_web.emulator")
    coze.ask("/echo secret words").close()
    coze.client.get("/a%0Ab", headers=coze.headers)
    lines = [record.getMessage() for record in caplog.records if record.name == "coze_web.emulator"]
    assert re.fullmatch(r"chat 7\d{18} opened", lines[0])
    assert re.fullmatch(r"chat 7\d{18} client gone \(upstream closed\)", lines[1])
    assert lines[2] == r"'/a\nb' refused: status 404, code 4000"
    assert not re.search("secret|pat_", caplog.text)


# A client that leaves


@pytest.mark.parametrize("items", [0, 1, 5])
def test_journals_once_that_the_server_closed_the_stream_early(coze: Caller, items: int) -> None:
    response = coze.ask("/say 10")
    chunks = iter(response.iter_encoded())
    for _ in range(items):
        next(chunks)
    response.close()
    response.close()
    assert coze.journal() == ["opened", "client_gone"]


@pytest.mark.parametrize("how", ["fin", "rst"])
def test_notices_a_client_that_leaves_during_a_silence(coze: Caller, how: str) -> None:
    ours, theirs = socket.socketpair()
    theirs.sendall(b"unread")
    if how == "fin":
        ours.recv(100)
    response = coze.ask("/fault slow-start 100", environ={SOCKET: ours})
    started = coze.clock.now

    def leave() -> None:
        if coze.clock.now > started + 10:
            theirs.close()
            if how == "rst":
                ours.close()

    coze.clock.when_asleep = leave
    with ours:
        _, reset = read(response)
    assert reset
    assert coze.clock.now - started < 10.6
    assert coze.journal() == ["opened", "client_gone"]


def test_the_chat_of_a_client_that_left_runs_on(coze: Caller) -> None:
    response = coze.ask("/say 10")
    ids = ids_of(next(iter(response.iter_encoded())))
    response.close()
    assert coze.status(ids) == "in_progress"
    coze.clock.now += 1.1
    assert coze.status(ids) == "completed"


# The package


def test_uses_the_time_of_day_by_default() -> None:
    client = create_emulator().test_client()
    client.get("/x")
    assert client.get("/_emulator/journal").get_json()["entries"][0]["at"] > 1.7e9


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_imports_nothing_else_of_the_project_and_gevent_only_to_serve(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    project = [module for module in modules if module.startswith("coze_web")]
    assert all(module.startswith("coze_web.emulator") for module in project)
    if path.name != "server.py":
        assert not [module for module in modules if "gevent" in module or "server" in module]
