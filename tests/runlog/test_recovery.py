"""What becomes of the runs that a process left open."""

from __future__ import annotations

import multiprocessing
import signal
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.runlog import NewRun, Outcome, Run, RunFilter, RunLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.runlog.clock import Clock

NEW = NewRun(workflow_id="74001", mode="chat")
HOUR = 3600


def nothing_known(_run: Run) -> None:
    return None


def shown(log: RunLog) -> list[tuple[str, bool, int | None]]:
    return [(run.status, run.ended_at is not None, run.duration_ms) for run in log.page(RunFilter()).items]


def marks(folder: Path) -> list[Path]:
    """Return what the living, and those that died lately, have left."""
    return list((folder / "workers").glob("*/*"))


def _begin_and_wait(folder: Path, pipe: Any) -> None:
    log = RunLog(None, folder=folder, days=0, keeps_content=True)
    pipe.send(log.begin(NEW))
    signal.pause()


@pytest.fixture
def worker(folder: Path) -> Iterator[Any]:
    """Start a real process that has begun a run and waits."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    process = fork.Process(target=_begin_and_wait, args=(folder, theirs))
    process.start()
    assert ours.recv()
    yield process
    process.kill()
    process.join()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_run_is_closed_when_its_process_was_killed_and_not_before(
    worker: Any, make_log: Callable[..., RunLog], folder: Path
) -> None:
    log = make_log(clock=lambda: 4_000_000_000.0)
    assert log.recover(nothing_known) == 0, "however old it is, its process lives"
    assert shown(log) == [("running", False, None)]
    worker.kill()
    worker.join()
    assert log.recover(nothing_known) == 1
    assert shown(log) == [("unknown", True, None)]
    assert log.recover(nothing_known) == 0
    assert marks(folder) == []


def test_the_outcome_is_asked_for(make_log: Callable[..., RunLog], clock: Clock) -> None:
    dead = make_log()
    run_id = dead.begin(NewRun(workflow_id="74001", mode="chat", execute_id="e-1"))
    dead.end(dead.begin(NEW), Outcome(status="failed"))
    dead.close()
    asked: list[Run] = []

    def resolve(run: Run) -> Outcome:
        asked.append(run)
        return Outcome(status="succeeded", output="found", token_count=3)

    clock.now += 5
    log = make_log()
    assert log.recover(resolve) == 1
    assert [(run.id, run.execute_id, run.status) for run in asked] == [(run_id, "e-1", "running")]
    (run,) = log.page(RunFilter(q="found", status="succeeded")).items
    assert (run.id, run.execute_id, run.token_count, run.duration_ms) == (run_id, "e-1", 3, None)
    assert run.ended_at
    assert run.ended_at.timestamp() == clock.now


def test_one_outcome_that_cannot_be_found_out_keeps_no_other_run_open(
    make_log: Callable[..., RunLog], caplog: pytest.LogCaptureFixture
) -> None:
    dead = make_log()
    bad, good = dead.begin(NEW), dead.begin(NEW)
    dead.close()

    def resolve(run: Run) -> Outcome:
        if run.id == bad:
            raise RuntimeError
        return Outcome(status="failed")

    log = make_log()
    assert log.recover(resolve) == 2
    assert {run.id: run.status for run in log.page(RunFilter()).items} == {bad: "unknown", good: "failed"}
    assert "could not be found out" in caplog.text


def test_own_runs_are_left_alone(log: RunLog) -> None:
    log.begin(NEW)
    assert log.recover(nothing_known) == 0
    assert shown(log) == [("running", False, None)]


def test_runs_of_another_host_are_closed_when_they_must_be_over(
    make_log: Callable[..., RunLog], folder: Path, clock: Clock
) -> None:
    elsewhere = make_log()
    elsewhere.begin(NEW)
    for mark in marks(folder):
        mark.unlink()
    log = make_log(longest_run=HOUR)
    clock.now += HOUR
    assert log.recover(nothing_known) == 0
    clock.now += 1
    assert log.recover(nothing_known) == 1


def test_what_another_process_has_closed_meanwhile_is_not_closed_again(make_log: Callable[..., RunLog]) -> None:
    dead = make_log()
    run_id = dead.begin(NEW)
    dead.close()
    other = make_log()

    def resolve(_run: Run) -> Outcome:
        other.end(run_id, Outcome(status="canceled"))
        return Outcome(status="succeeded")

    log = make_log()
    assert log.recover(resolve) == 0
    assert shown(log)[0][0] == "canceled"


def test_two_processes_may_recover_at_once(make_log: Callable[..., RunLog], folder: Path) -> None:
    for _ in range(2):
        dead = make_log()
        dead.begin(NEW)
        dead.close()
    log, other = make_log(), make_log()
    asked: list[str] = []

    def resolve(run: Run) -> None:
        asked.append(run.id)
        if len(asked) == 1:
            assert other.recover(resolve) == 1, "all but the run that is being closed"

    assert log.recover(resolve) == 1
    assert len(set(asked)) == len(asked) == 2
    assert marks(folder) == []


def test_a_mark_stays_while_its_runs_could_not_be_closed(
    make_log: Callable[..., RunLog], folder: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    dead = make_log()
    dead.begin(NEW)
    dead.close()
    log = make_log()
    with monkeypatch.context() as broken:
        broken.setattr("coze_web.runlog.recovery.change", lambda *_: (_ for _ in ()).throw(OSError))
        assert log.recover(nothing_known) == 0
    assert len(marks(folder)) == 1
    clock.now += 1
    assert log.recover(nothing_known) == 1
    assert marks(folder) == []
