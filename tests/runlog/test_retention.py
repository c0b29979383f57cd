"""How old runs leave the log."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from coze_web.runlog import NewRun, Outcome, RunFilter, RunLog
from coze_web.runlog.grams import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.runlog.clock import Clock

DAY = 86_400
NEW = NewRun(workflow_id="74001", mode="chat", parameters="天气")


def ids(log: RunLog) -> list[str]:
    return [run.id for run in log.page(RunFilter(page_size=100)).items]


def indexed(folder: Path) -> set[str]:
    """Return all that the search index knows, whichever run it is of."""
    connection = sqlite3.connect(folder / "runs.sqlite3")
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, runs_search, row)")
    words = {row[0] for row in connection.execute("SELECT term FROM words")}
    connection.close()
    return words


def test_runs_leave_when_they_are_older_than_they_are_kept(make_log: Callable[..., RunLog], clock: Clock) -> None:
    log = make_log(days=2)
    old = [log.begin(NEW) for _ in range(50)]
    log.end(old[0], Outcome(status="succeeded"))
    clock.now += 1
    young = log.begin(NEW)
    clock.now += 2 * DAY - 1
    assert log.sweep() == 0, "exactly two days old"
    clock.now += 0.9
    assert log.sweep() == 50, "open runs too"
    assert ids(log) == [young]
    assert log.sweep() == 0


def test_every_new_run_takes_some_old_ones_away(make_log: Callable[..., RunLog], clock: Clock) -> None:
    log = make_log(days=1)
    for _ in range(30):
        log.begin(NEW)
    clock.now += 2 * DAY
    young = [log.begin(NEW), log.begin(NEW)]
    assert ids(log) == young[::-1]


def test_zero_days_keep_all(log: RunLog, clock: Clock) -> None:
    kept = log.begin(NEW)
    clock.now += 10_000 * DAY
    assert log.sweep() == 0
    assert ids(log) == [kept]


def test_the_search_index_forgets_all_of_a_run(make_log: Callable[..., RunLog], clock: Clock, folder: Path) -> None:
    log = make_log(days=1)
    run_id = log.begin(NewRun(workflow_id="74001", mode="chat", parameters="天气 'a\"b' 天气", execute_id="e-1"))
    log.end(run_id, Outcome(status="failed", output="天气预报" + SEPARATOR, error_code="4000", error_message="Boom"))
    assert {"天气预", "workflow=74001", "status=failed", "boo"} < indexed(folder)
    clock.now += 2 * DAY
    assert log.sweep() == 1
    assert indexed(folder) == set()
