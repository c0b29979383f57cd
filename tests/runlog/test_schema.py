"""How the schema comes to be: at the first use, step by step, and once."""

from __future__ import annotations

import logging
import multiprocessing
import sqlite3
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import insert, make_url

from coze_web.errors import CozeWebError
from coze_web.runlog import NewRun, RunFilter, RunLog
from coze_web.runlog.engine import make_engine
from coze_web.runlog.rows import at_start
from coze_web.runlog.schema import HEAD, configuration, migrate
from coze_web.runlog.tables import runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

NEW = NewRun(workflow_id="74001", mode="chat")


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    folder.mkdir()
    engine = make_engine(make_url(f"sqlite:///{folder}/runs.sqlite3"))
    yield engine
    engine.dispose()


def objects(folder: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(folder / "runs.sqlite3")
    found = connection.execute("SELECT type, name FROM sqlite_master ORDER BY 1, 2").fetchall()
    connection.close()
    return found


def test_the_newest_migration_is_known_without_reading_them(engine: Engine) -> None:
    with engine.connect() as connection:
        assert ScriptDirectory.from_config(configuration(connection)).get_heads() == [HEAD]


def test_the_migrations_make_what_the_model_says(engine: Engine, folder: Path) -> None:
    migrate(engine, folder)
    with engine.connect() as connection:
        command.check(configuration(connection))


def test_an_older_schema_is_brought_up_to_date_and_keeps_its_runs(engine: Engine, folder: Path, log: RunLog) -> None:
    migrate(engine, folder, "0001")
    assert ("table", "runs_search") not in objects(folder)
    values = at_start(NewRun(workflow_id="74001", mode="chat", parameters="天气"), "owner", keeps_content=True)
    with engine.begin() as connection:
        connection.execute(insert(runs).values(id=1, **values))
    assert [run.id for run in log.page(RunFilter(q="天")).items] == ["1"]
    assert ("table", "runs_search") in objects(folder)


def test_a_schema_of_a_newer_version_is_left_alone(engine: Engine, folder: Path, log: RunLog) -> None:
    migrate(engine, folder)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert log.begin(NEW) is None
    with pytest.raises(CozeWebError, match="runlog_unavailable"):
        log.page(RunFilter())


def test_a_migration_that_fails_half_way_leaves_nothing(
    log: RunLog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("alembic.op.create_index", lambda *_: (_ for _ in ()).throw(OSError))
        assert log.begin(NEW) is None
    assert objects(folder) == []


def test_the_logging_of_the_app_stays_as_it_is(log: RunLog) -> None:
    def state() -> tuple[object, ...]:
        return logging.root.level, list(logging.root.handlers), logging.getLogger("coze_web").disabled

    before = state()
    log.begin(NEW)
    assert state() == before


def test_alembic_is_silent_about_our_tables_and_not_about_those_of_the_app_around_us(
    log: RunLog, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert log.begin(NEW)
        assert [record for record in caplog.records if record.name.startswith("alembic")] == []
        assert logging.getLogger("alembic.runtime.migration").isEnabledFor(logging.INFO)


def _begin(folder: Path, barrier: object) -> None:
    log = RunLog(None, folder=folder, days=0, keeps_content=True)
    barrier.wait()  # type: ignore[attr-defined]
    raise SystemExit(log.begin(NEW) is None)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_several_processes_may_be_the_first(folder: Path, log: RunLog) -> None:
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(4)
    processes = [fork.Process(target=_begin, args=(folder, barrier)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)
    assert [process.exitcode for process in processes] == [0] * 4
    assert len(log.page(RunFilter()).items) == 4
