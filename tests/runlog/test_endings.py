"""How answers ended, day by day: what the charts show."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coze_web.ending import DONE, Ending
from coze_web.errors import CozeWebError
from coze_web.runlog import Day, RunLog
from tests.runlog.postgres import Postgres, find_programs
from tests.servers import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_mock import MockerFixture

    from tests.runlog.clock import Clock

    MakeLog = Callable[..., RunLog]

DAY = 86_400
BASE = Ending("chat", DONE, "r", "chat_id=1", "", 2.0, 0.5, 9, {"token_count": 10})


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    programs = find_programs()
    if programs is None:
        assert "CI" not in os.environ, "PostgreSQL is not installed"
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory() as folder:  # outside of pytest's, which belongs to root alone
        server = Postgres(programs, Path(folder))
        server.start()
        yield server.url("postgres")
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def log(request: pytest.FixtureRequest, make_log: MakeLog) -> RunLog:
    return make_log(None if request.param == "sqlite" else request.getfixturevalue("postgres_url"), days=3)


def days(log: RunLog, clock: Clock, number: int) -> list[Day]:
    """Return the last days, the present moment included."""
    log.endings.flush()
    end = int(clock.now * 1000) + 1
    return log.endings.days([end - count * DAY * 1000 for count in range(number, -1, -1)])


def test_each_day_has_its_chats_failures_waits_and_tokens(log: RunLog, clock: Clock) -> None:
    for wait in range(1, 21):
        log.endings.note(BASE._replace(first_token=wait / 10))
    clock.now += DAY
    for ending in (
        BASE._replace(outcome="upstream_timeout", first_token=None, usage=None),
        BASE._replace(outcome="visitor_left", first_token=3.0),
        BASE._replace(kind="run", outcome="failed", first_token=60.0, usage={"token_count": 5}),
    ):
        log.endings.note(ending)
    assert days(log, clock, 3) == [
        Day(),
        Day(chats=20, failures=0, first_token=1.0, slow_first_token=1.9, tokens=200),
        Day(chats=2, failures=1, first_token=3.0, slow_first_token=3.0, tokens=15),
    ]
    clock.now += 4 * DAY
    log.endings.note(BASE)
    assert [day.chats for day in days(log, clock, 7)] == [0, 0, 0, 0, 0, 0, 1], "they are kept for three days"


def test_what_could_not_be_written_is_written_with_the_next(make_log: MakeLog, clock: Clock, folder: Path) -> None:
    log = make_log()
    folder.write_text("in the way")
    log.endings.note(BASE)
    log.endings.flush()
    with pytest.raises(CozeWebError, match="runlog_unavailable"):
        days(log, clock, 1)
    folder.unlink()
    clock.now += 1
    log.endings.note(BASE)
    assert [day.chats for day in days(log, clock, 1)] == [2]


def test_a_database_that_hangs_holds_up_nobody(
    make_log: MakeLog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = make_log()
    log.endings.days([0, 1])
    with monkeypatch.context() as hanging:
        hanging.setattr("coze_web.runlog.endings._LAST_WORDS", 0.01)
        with log._database.begin() as other:  # noqa: SLF001 - another writer, who has the file
            other.exec_driver_sql("BEGIN IMMEDIATE")
            for _ in range(100):
                log.endings.note(BASE)
            log.endings.flush()
            other.exec_driver_sql("COMMIT")
    clock.now += 1
    wait_until(lambda: sum(day.chats for day in days(log, clock, 1)) in {0, 100})
    log.endings.note(BASE)
    wait_until(lambda: sum(day.chats for day in days(log, clock, 1)) == 101)


def test_nothing_of_a_log_that_is_gone_is_raised(make_log: MakeLog, folder: Path) -> None:
    log = make_log()
    log.endings.note(BASE)
    log.endings.flush()
    shutil.rmtree(folder)
    log.endings.note(BASE)
    log.endings.flush()


def test_what_the_database_refuses_is_dropped_and_the_next_is_written(
    log: RunLog, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.now += 100 * DAY  # after what other tests wrote into the same PostgreSQL
    log.endings.note(BASE._replace(usage={"token_count": 10**30}))
    log.endings.flush()
    assert "the charts will lack 1" in caplog.text
    log.endings.note(BASE)
    assert [day.chats for day in days(log, clock, 1)] == [1]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_expected_does_not_end_the_writing(log: RunLog, clock: Clock, mocker: MockerFixture) -> None:
    clock.now += 200 * DAY
    failing = mocker.patch.object(log.endings, "_insert", side_effect=ZeroDivisionError)
    log.endings.note(BASE)
    log.endings.flush()
    mocker.stop(failing)
    log.endings.note(BASE)
    assert [day.chats for day in days(log, clock, 1)] == [1]
