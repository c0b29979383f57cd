"""What is written down of a run, and how it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from coze_web.runlog import NewRun, Outcome, Run, RunFilter, RunLog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.runlog.clock import Clock

KIB = 1024
NEW = NewRun(workflow_id="74001", mode="streaming")


def only(log: RunLog) -> Run:
    (run,) = log.page(RunFilter()).items
    return run


def test_a_run_is_shown_as_it_began_and_ended(log: RunLog, clock: Clock) -> None:
    run_id = log.begin(NewRun(workflow_id="74001", mode="blocking", parameters='{"a":1}', request_id="r-1"))
    assert run_id == str(int(clock.now * 1000))
    started_at = datetime.fromtimestamp(clock.now, UTC)
    running = only(log)
    assert (running.status, running.ended_at, running.duration_ms, running.output) == ("running", None, None, "")
    clock.now += 1.25
    log.end(
        run_id,
        Outcome(
            status="failed",
            execute_id="e-1",
            output="out",
            token_count=7,
            input_count=4,
            output_count=3,
            logid="l-1",
            debug_url="https://www.coze.cn/work_flow?execute_id=e-1",
            error_code="4000",
            error_message="no",
        ),
    )
    assert only(log) == Run(
        id=run_id,
        workflow_id="74001",
        execute_id="e-1",
        request_id="r-1",
        mode="blocking",
        status="failed",
        started_at=started_at,
        ended_at=started_at + timedelta(milliseconds=1250),
        duration_ms=1250,
        token_count=7,
        input_count=4,
        output_count=3,
        logid="l-1",
        debug_url="https://www.coze.cn/work_flow?execute_id=e-1",
        error_code="4000",
        error_message="no",
        parameters='{"a":1}',
        parameters_cut=False,
        output="out",
        output_cut=False,
    )
    assert only(log).started_at.tzinfo == UTC


def test_an_execute_id_that_was_known_stays_when_the_outcome_has_none(log: RunLog) -> None:
    run_id = log.begin(replace(NEW, execute_id="e-1"))
    assert only(log).execute_id == "e-1"
    log.end(run_id, Outcome(status="canceled"))
    assert only(log).execute_id == "e-1"


def test_only_the_first_end_counts(log: RunLog) -> None:
    run_id = log.begin(NEW)
    log.end(run_id, Outcome(status="succeeded", execute_id="e-1"))
    log.end(run_id, Outcome(status="failed"))
    assert (only(log).status, only(log).execute_id) == ("succeeded", "e-1")


def test_a_run_that_was_not_written_down_has_no_end(log: RunLog) -> None:
    log.end(None, Outcome(status="succeeded"))
    assert log.page(RunFilter()).items == []


def test_a_clock_that_was_set_back_gives_no_negative_duration(log: RunLog, clock: Clock) -> None:
    run_id = log.begin(NEW)
    clock.now -= 60
    log.end(run_id, Outcome(status="succeeded"))
    assert only(log).duration_ms == 0


def test_runs_of_the_same_millisecond_get_ids_of_their_own(make_log: Callable[..., RunLog]) -> None:
    one, other = make_log(), make_log()
    ids = [log.begin(NEW) for log in (one, other, one, other)]
    assert len(set(ids)) == 4
    assert [run.id for run in one.page(RunFilter()).items] == sorted(map(str, ids), reverse=True)


@pytest.mark.parametrize(
    ("text", "kept", "is_cut"),
    [
        ("x" * 64 * KIB, "x" * 64 * KIB, False),
        ("x" * (64 * KIB + 1), "x" * 64 * KIB, True),
        ("x" + "数" * 22000, "x" + "数" * 21845, True),
        ("xx" + "数" * 22000, "xx" + "数" * 21844, True),
        ("a\0b\ud800c", "a\ufffdb\ufffdc", False),
        ("\0" * 64 * KIB, "\ufffd" * 21845, True),
    ],
)
def test_texts_are_cut_between_two_characters(log: RunLog, text: str, kept: str, *, is_cut: bool) -> None:
    run_id = log.begin(NewRun(workflow_id="74001", mode="chat", parameters=text))
    log.end(run_id, Outcome(status="succeeded", output=text, error_message=text, logid=text))
    run = only(log)
    assert (run.parameters, run.parameters_cut) == (run.output, run.output_cut) == (kept, is_cut)
    assert len(run.error_message.encode()) <= 2 * KIB
    assert kept.startswith(run.error_message)
    assert kept.startswith(run.logid)


def test_what_cannot_be_stored_can_be_asked_for(log: RunLog) -> None:
    for unstorable in ("\0", "\ud800"):
        assert log.page(RunFilter(q=unstorable)).items == log.page(RunFilter(workflow_id=unstorable)).items == []


def test_content_is_left_out_on_demand(make_log: Callable[..., RunLog], folder: Path) -> None:
    log = make_log(keeps_content=False)
    run_id = log.begin(NewRun(workflow_id="74001", mode="chat", parameters="SECRET" * 20000))
    log.end(run_id, Outcome(status="failed", output="SECRET" * 20000, error_code="4000", error_message="SECRET"))
    run = only(log)
    assert (run.parameters, run.output, run.error_message, run.error_code) == ("", "", "", "4000")
    assert not run.parameters_cut
    assert not run.output_cut
    assert log.page(RunFilter(q="SEC")).items == []
    log.close()
    assert all(b"SECRET" not in path.read_bytes() for path in folder.glob("runs.sqlite3*"))


@pytest.mark.parametrize("use", [lambda log: log.begin(NEW), lambda log: log.page(RunFilter())])
def test_nothing_is_opened_before_the_first_use(log: RunLog, folder: Path, use: Callable[[RunLog], object]) -> None:
    assert not folder.exists()
    use(log)
    assert folder.stat().st_mode & 0o777 == 0o700
