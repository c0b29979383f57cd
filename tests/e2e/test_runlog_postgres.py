"""The run log on a real PostgreSQL, started here in a folder of its own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import create_engine, make_url, text

from coze_web.errors import CozeWebError
from coze_web.runlog import NewRun, Outcome, RunFilter, RunLog
from coze_web.runlog.engine import make_engine
from coze_web.runlog.schema import configuration
from tests.runlog import reference
from tests.runlog.clock import Clock
from tests.runlog.postgres import Postgres, find_programs
from tests.servers import clean_environ

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NEW = NewRun(workflow_id="74001", mode="chat", parameters="天气 \0 \ud800")
PAUSE = 10
BEGIN = """
import sys, pathlib
from coze_web.runlog import NewRun, RunLog
log = RunLog(sys.argv[1], folder=pathlib.Path(sys.argv[2]), days=0, keeps_content=True)
sys.stdin.readline()
sys.exit(log.begin(NewRun(workflow_id="74001", mode="chat")) is None)
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    programs = find_programs()
    if programs is None:
        assert "CI" not in os.environ, "PostgreSQL is not installed"
        pytest.skip("PostgreSQL is not installed")
    # Outside of pytest's folder, which belongs to root alone.
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(programs, Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def url(postgres: Postgres, request: pytest.FixtureRequest) -> str:
    """Give the address of an empty database."""
    name = f"d{abs(hash(request.node.name))}"
    postgres.execute(f"CREATE DATABASE {name}")
    return postgres.url(name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_log(tmp_path: Path, clock: Clock) -> Iterator[Callable[[str], RunLog]]:
    logs = []

    def make(url: str) -> RunLog:
        logs.append(RunLog(url, folder=tmp_path, days=1, keeps_content=True, clock=clock))
        return logs[-1]

    yield make
    for log in logs:
        log.close()


@pytest.fixture
def log(make_log: Callable[[str], RunLog], url: str) -> RunLog:
    return make_log(url)


def test_finds_what_a_list_comprehension_finds(log: RunLog, clock: Clock) -> None:
    reference.check_filters(log, clock)


def test_the_migrations_make_what_the_model_says(log: RunLog, url: str) -> None:
    log.page(RunFilter())
    engine = make_engine(make_url(url))
    with engine.connect() as connection:
        command.check(configuration(connection))
        # Few rows are read faster without it.
        connection.execute(text("SET enable_seqscan = off"))
        plan = "EXPLAIN SELECT id FROM runs WHERE CAST(id AS TEXT) ILIKE '%天气预报%' OR output ILIKE '%天气预报%'"
        assert "Bitmap Index Scan on runs_search" in str(connection.execute(text(plan)).all())
    engine.dispose()


def test_who_may_not_make_extensions_has_a_log_too(
    postgres: Postgres, url: str, make_log: Callable[[str], RunLog], clock: Clock
) -> None:
    name = make_url(url).database
    postgres.execute("CREATE ROLE guest LOGIN")
    # The schema is the guest's, the database is not.
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("ALTER SCHEMA public OWNER TO guest"))
    owner.dispose()
    log = make_log(postgres.url(name or "", "guest"))
    reference.check_filters(log, clock)


def test_a_run_is_written_and_swept_whatever_its_texts_hold(log: RunLog, clock: Clock) -> None:
    run_id = log.begin(NEW)
    log.end(run_id, Outcome(status="succeeded", output="\0" * 70_000))
    (run,) = log.page(RunFilter(q="天气 \ufffd \ufffd")).items
    assert run.output_cut
    clock.now += 2 * 86_400
    assert log.sweep() == 1
    assert log.page(RunFilter()).items == []


def test_two_processes_may_be_the_first(url: str, log: RunLog, tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", BEGIN, url, str(tmp_path)], stdin=subprocess.PIPE, env=clean_environ())
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdin
        process.stdin.close()
    assert [process.wait(30) for process in processes] == [0, 0]
    assert len(log.page(RunFilter()).items) == 2


def test_a_server_that_is_away_costs_one_line_and_is_found_again(
    postgres: Postgres, log: RunLog, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "coze_web")
    assert log.begin(NEW)
    postgres.stop()
    try:
        assert log.begin(NEW) is None
        with pytest.raises(CozeWebError, match="runlog_unavailable"):
            log.page(RunFilter())
        clock.now += PAUSE
        assert log.begin(NEW) is None
    finally:
        postgres.start()
    assert log.begin(NEW) is None, "too early to try again"
    clock.now += PAUSE
    assert log.begin(NEW)
    assert len(log.page(RunFilter()).items) == 2
    said = [(each.levelname, each.message) for each in caplog.records if each.name.startswith("coze_web")]
    assert said[0][0] == "WARNING"
    assert said[1:] == [("INFO", "the run log works again")]


def test_a_server_that_was_restarted_meanwhile_is_not_noticed(postgres: Postgres, log: RunLog) -> None:
    assert log.begin(NEW)
    postgres.stop()
    postgres.start()
    assert log.begin(NEW)
