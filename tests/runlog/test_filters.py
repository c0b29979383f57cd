"""Which runs a filter finds, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from coze_web.errors import RequestError
from coze_web.runlog import NewRun, Outcome, RunFilter, RunLog
from tests.runlog import reference

if TYPE_CHECKING:
    from tests.runlog.clock import Clock


def write(log: RunLog, **texts: str) -> str:
    run_id = log.begin(NewRun(workflow_id="74001", mode="streaming", parameters=texts.pop("parameters", "")))
    assert run_id
    log.end(run_id, Outcome(status="succeeded", **texts))  # type: ignore[arg-type]
    return run_id


def found(log: RunLog, q: str) -> list[str]:
    return [run.id for run in reference.read_all(log, RunFilter(q=q))]


def test_finds_what_a_list_comprehension_finds(log: RunLog, clock: Clock) -> None:
    reference.check_filters(log, clock)


def test_an_empty_log_has_one_empty_page(log: RunLog) -> None:
    for wanted in (RunFilter(), RunFilter(q="x"), RunFilter(status="failed")):
        page = log.page(wanted)
        assert (page.items, page.has_more, page.next_cursor) == ([], False, None)


@pytest.mark.parametrize("field", ["execute_id", "logid", "error_code", "error_message", "output", "parameters"])
def test_a_keyword_is_looked_for_in_every_text(log: RunLog, field: str) -> None:
    wanted = write(log, **{field: "before NEEDLE after"})
    write(log, **{field: "before needl"})
    assert found(log, "needle") == [wanted]


def test_a_run_is_found_by_a_part_of_its_id(log: RunLog, clock: Clock) -> None:
    run_id = write(log)
    clock.now += 10_000_000
    write(log)
    assert found(log, run_id) == found(log, run_id[:6]) == [run_id]


@pytest.mark.parametrize("q", ["%", "_", "\\", "/", "'", '"', "*", "a%b", '"AND"', "a\x1fb", "100%_\\/'\"*"])
def test_a_keyword_is_no_pattern(log: RunLog, q: str) -> None:
    wanted = write(log, output=f"x{q}y")
    write(log, output="a-b AND 100")
    assert found(log, q) == [wanted]


@pytest.mark.parametrize("q", ["鼎", "天气", "气预", "天气预报", "明天的天气预报"])
def test_chinese_is_found_from_one_character_on(log: RunLog, q: str) -> None:
    wanted = write(log, output="请问明天的天气预报？鼎")
    write(log, output="请问明天的气天报预？")
    assert wanted in found(log, q)
    assert len(found(log, q)) == 1


def test_the_grams_of_a_keyword_alone_are_not_enough(log: RunLog) -> None:
    write(log, output="abcd bcda cdab")
    assert found(log, "abcdab") == []


def test_a_keyword_may_not_span_two_texts(log: RunLog) -> None:
    write(log, parameters="ab", output="cd")
    assert found(log, "abcd") == found(log, "bc") == []


def test_a_keyword_is_found_in_a_text_that_came_at_the_start_or_at_the_end(log: RunLog) -> None:
    run_id = log.begin(NewRun(workflow_id="74001", mode="chat", parameters="early", execute_id="middle"))
    assert found(log, "early") == found(log, "middle") == [run_id]
    log.end(run_id, Outcome(status="failed", output="late"))
    for q in ("early", "middle", "late"):
        assert [run.id for run in log.page(RunFilter(q=q, status="failed", workflow_id="74001")).items] == [run_id]
        assert log.page(RunFilter(q=q, status="running")).items == []


@pytest.mark.parametrize("q", ["", "same"])
def test_has_more_is_exact_at_the_boundary(log: RunLog, q: str) -> None:
    for _ in range(4):
        write(log, output="same")
    for size, has_more in ((3, True), (4, False), (5, False)):
        page = log.page(RunFilter(q=q, page_size=size))
        assert (len(page.items), page.has_more, page.next_cursor is not None) == (min(size, 4), has_more, has_more)


@pytest.mark.parametrize("q", ["", "same"])
def test_a_cursor_stays_right_while_runs_are_added(log: RunLog, q: str) -> None:
    old = [write(log, output="same") for _ in range(4)]
    wanted = RunFilter(q=q, page_size=2)
    first = log.page(wanted)
    write(log, output="same")
    second = log.page(replace(wanted, cursor=first.next_cursor or ""))
    assert [run.id for run in [*first.items, *second.items]] == old[::-1]


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "１２", "9" * 19, "1\n", "1; DROP TABLE runs"])
def test_a_strange_cursor_is_refused(log: RunLog, cursor: str) -> None:
    with pytest.raises(RequestError, match="bad_cursor"):
        log.page(RunFilter(cursor=cursor))


def test_since_is_inclusive_and_until_is_not(log: RunLog, clock: Clock) -> None:
    run_id = write(log)
    moment = datetime.fromtimestamp(clock.now, UTC)
    tick = timedelta(microseconds=1)
    for since, until, ids in (
        (moment, None, [run_id]),
        (moment + tick, None, []),
        (None, moment, []),
        (None, moment + tick, [run_id]),
        (moment, moment, []),
    ):
        assert [run.id for run in log.page(RunFilter(since=since, until=until)).items] == ids


def test_a_search_that_takes_too_long_ends_its_page_early_and_goes_on_with_the_next(log: RunLog, clock: Clock) -> None:
    wanted = RunFilter(q="rare", page_size=1)
    run_id = write(log, output="rare")
    for _ in range(8):
        write(log, output="rar are")
    clock.step = 1
    pages = [log.page(wanted)]
    while pages[-1].has_more:
        pages.append(log.page(replace(wanted, cursor=pages[-1].next_cursor or "")))
    assert [[run.id for run in page.items] for page in pages] == [[], [], [run_id]]
    assert pages[-1].next_cursor is None


def test_a_page_is_filled_from_several_batches_of_candidates(log: RunLog) -> None:
    outputs = ["rare", "rare", "rare", *["rar are"] * 3, "rare"]
    ids = [write(log, output=output) for output in outputs]
    page = log.page(RunFilter(q="rare", page_size=1))
    assert ([run.id for run in page.items], page.has_more) == ([ids[6]], True)
    page = log.page(RunFilter(q="rare", page_size=1, cursor=page.next_cursor or ""))
    assert ([run.id for run in page.items], page.has_more) == ([ids[2]], True)
