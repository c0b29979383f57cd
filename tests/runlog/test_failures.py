"""A disk or a database that fails: nothing is raised, one line is logged, and the log works again by itself."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, event

from coze_web.errors import CozeWebError
from coze_web.runlog import NewRun, Outcome, RunFilter, RunLog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.runlog.clock import Clock

NEW = NewRun(workflow_id="74001", mode="chat", parameters="SECRET" * 2000)


@pytest.fixture(autouse=True)
def _log_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "coze_web")


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Return what our own loggers said."""
    assert "SECRET" not in caplog.text
    return [(each.levelname, each.message) for each in caplog.records if each.name.startswith("coze_web")]


def assert_fails(log: RunLog, run_id: str | None) -> None:
    """Everything that writes is quiet about it."""
    assert log.begin(NEW) is None
    log.end(run_id or "1", Outcome(status="succeeded", output="SECRET"))
    assert log.sweep() == 0
    assert log.recover(lambda _: None) == 0


def assert_failed_once_and_works_again(log: RunLog, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    assert log.begin(NEW) is None, "too early to try again"
    clock.now += 1
    assert log.begin(NEW)
    assert [level for level, _ in said(caplog)] == ["WARNING", "INFO"]
    assert said(caplog)[-1] == ("INFO", "the run log works again")


def test_a_folder_that_was_removed_is_made_again(
    log: RunLog, clock: Clock, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = log.begin(NEW)
    shutil.rmtree(folder)
    folder.write_text("in the way")
    assert_fails(log, run_id)
    clock.now += 1
    assert_fails(log, run_id)
    folder.unlink()
    assert_failed_once_and_works_again(log, clock, caplog)


def test_a_file_that_was_removed_takes_no_more_runs(log: RunLog, clock: Clock, folder: Path) -> None:
    log.begin(NEW)
    for path in folder.glob("runs.sqlite3*"):
        path.unlink()
    assert log.begin(NEW) is None
    clock.now += 1
    assert log.begin(NEW)
    assert len(log.page(RunFilter()).items) == 1


def test_a_file_that_is_no_database(log: RunLog, clock: Clock, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder.mkdir()
    path = folder / "runs.sqlite3"
    path.write_bytes(b"no database" * 1000)
    assert_fails(log, None)
    with pytest.raises(CozeWebError, match="runlog_unavailable"):
        log.page(RunFilter())
    path.unlink()
    assert_failed_once_and_works_again(log, clock, caplog)


def test_a_file_that_may_not_be_written(
    make_log: Callable[..., RunLog], folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = make_log()
    run_id = first.begin(NEW)
    first.close()
    assert_fails(make_log(f"sqlite:///file:{folder}/runs.sqlite3?mode=ro&uri=true"), run_id)
    assert said(caplog) == [
        (
            "WARNING",
            "the run log failed and records nothing until it works again: OperationalError SQLITE_READONLY",
        )
    ]


def test_a_full_disk(make_log: Callable[..., RunLog], clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    first = make_log()
    run_id = first.begin(NEW)
    first.close()

    def limit(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(Engine, "connect", limit)
    log = make_log()
    try:
        assert_fails(log, run_id)
        assert "SQLITE_FULL" in said(caplog)[0][1]
        assert [run.status for run in log.page(RunFilter()).items] == ["running"], "reading goes on"
    finally:
        event.remove(Engine, "connect", limit)
        log.close()
    assert_failed_once_and_works_again(log, clock, caplog)


def test_an_error_does_not_quote_what_was_looked_for(log: RunLog, folder: Path) -> None:
    log.begin(NEW)
    connection = sqlite3.connect(folder / "runs.sqlite3")
    connection.execute("DROP TABLE runs")
    connection.close()
    with pytest.raises(CozeWebError, match="runlog_unavailable") as caught:
        log.page(RunFilter(workflow_id="SECRET"))
    assert "SECRET" not in str(caught.value.__cause__)


def test_a_run_and_its_search_entries_are_written_together_or_not_at_all(
    make_log: Callable[..., RunLog], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = make_log()
    run_id = log.begin(NEW)
    with monkeypatch.context() as broken:
        broken.setattr("coze_web.runlog.index.add", lambda *_: (_ for _ in ()).throw(OSError))
        log.end(run_id, Outcome(status="succeeded"))
    clock.now += 1
    assert [run.status for run in log.page(RunFilter(q=run_id or "")).items] == ["running"]


def test_an_ending_that_could_not_be_written_is_written_later(
    log: RunLog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = log.begin(NEW)
    with monkeypatch.context() as broken:
        broken.setattr("coze_web.runlog.log.change", lambda *_: (_ for _ in ()).throw(OSError))
        log.end(run_id, Outcome(status="succeeded", output="late"))
    clock.now += 1
    log.begin(NEW)
    newest, oldest = log.page(RunFilter()).items
    assert (newest.status, oldest.status, oldest.output) == ("running", "succeeded", "late")
    assert oldest.duration_ms == 0, "it ended when it ended, not when that was written"
