"""What every database must find: random filters, answered by a list comprehension."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from coze_web.runlog import NewRun, Outcome, Run, RunFilter, RunLog, Status

if TYPE_CHECKING:
    from tests.runlog.clock import Clock

RUNS = 60
FILTERS = 120
# Few and short, so that keywords often occur by chance, and with all that LIKE and MATCH treat in a way of their own.
PIECES = [
    "数据",
    "分析",
    "据分",
    "的",
    "Report",
    "data",
    "ta re",
    "100%",
    "a_b",
    "C:\\",
    "it's",
    '"q"',
    "*",
    "\x1f",
    "-",
]
WORKFLOWS = ["74001", "74002", "74003"]
STATUSES = get_args(Status)


def fill(log: RunLog, clock: Clock, chance: random.Random) -> list[Run]:
    """Write runs some milliseconds apart, and return them newest first."""
    for number in range(RUNS):
        clock.now += chance.choice([0, 0.001, 0.5])
        known = f"X{number}" if chance.random() < 0.3 else ""
        workflow_id = chance.choice(WORKFLOWS)
        run_id = log.begin(NewRun(workflow_id=workflow_id, mode="chat", parameters=_text(chance), execute_id=known))
        status: Status = chance.choice(STATUSES)
        if status != "running":
            log.end(run_id, Outcome(status=status, output=_text(chance), error_message=_text(chance), logid="L%7"))
    runs = log.page(RunFilter(page_size=RUNS)).items
    assert len(runs) == RUNS
    return runs


def read_all(log: RunLog, wanted: RunFilter) -> list[Run]:
    """Follow the cursor to the end; all pages but the last are full."""
    page = log.page(wanted)
    runs = page.items
    while page.has_more:
        assert len(page.items) == wanted.page_size
        page = log.page(replace(wanted, cursor=page.next_cursor or ""))
        runs += page.items
    assert page.next_cursor is None
    return runs


def matches(run: Run, wanted: RunFilter) -> bool:
    """Say what the filter means, as plainly as possible."""
    texts = [run.id, run.execute_id, run.logid, run.error_code, run.error_message, run.parameters, run.output]
    return (
        wanted.workflow_id in (None, run.workflow_id)
        and wanted.status in (None, run.status)
        and (wanted.since is None or run.started_at >= wanted.since)
        and (wanted.until is None or run.started_at < wanted.until)
        and any(_fold(wanted.q) in _fold(text) for text in texts)
    )


def check_filters(log: RunLog, clock: Clock) -> None:
    """Compare what the log finds with what the list comprehension finds."""
    chance = random.Random(7)  # noqa: S311 - no secret
    runs = fill(log, clock, chance)
    found_some = 0
    for _ in range(FILTERS):
        wanted = _filter(chance, runs)
        expected = [run for run in runs if matches(run, wanted)]
        assert read_all(log, wanted) == expected, wanted
        found_some += bool(expected)
    assert FILTERS / 4 < found_some < FILTERS


def _filter(chance: random.Random, runs: list[Run]) -> RunFilter:
    since, until = (
        chance.choice([None, chance.choice(runs).started_at + timedelta(microseconds=chance.choice([0, 1]))])
        for _ in range(2)
    )
    return RunFilter(
        workflow_id=chance.choice([None, *WORKFLOWS]),
        status=chance.choice([None, *STATUSES]),
        since=since,
        until=until,
        q=_keyword(chance),
        page_size=chance.choice([2, 7, RUNS]),
    )


def _keyword(chance: random.Random) -> str:
    text = "".join(chance.choices(PIECES, k=3))
    begin = chance.randrange(len(text))
    return chance.choice(["", "X1", "%7", text[begin : begin + chance.randint(1, 5)]]).swapcase()


def _text(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(0, 8)))


def _fold(text: str) -> str:
    return text.encode().lower().decode()
