"""Closing the runs whose process has died."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import select

from coze_web.runlog.records import Outcome
from coze_web.runlog.rows import at_end, run_of
from coze_web.runlog.tables import runs
from coze_web.runlog.writes import change

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement

    from coze_web.runlog.database import Database
    from coze_web.runlog.owners import Owners
    from coze_web.runlog.records import Run

    Resolve = Callable[[Run], Outcome | None]

log = logging.getLogger(__name__)


class Recovery:
    """One pass over the runs that are open though nobody can end them.

    Args:
        now: the present, in milliseconds.
        longest_run: milliseconds after which a run is over, whoever has begun it.
        keeps_content: whether an outcome's texts are kept.

    """

    def __init__(self, database: Database, *, now: int, longest_run: int, keeps_content: bool) -> None:
        self._database = database
        self._now = now
        self._longest_run = longest_run
        self._keeps_content = keeps_content

    def run(self, owners: Owners, resolve: Resolve) -> int:
        """Close them and return how many.

        Raises:
            OSError, SQLAlchemyError, CommandError: it failed half way; what is left is for the next pass.

        """
        closed = sum(self._close(runs.c.owner == owner, resolve) for owner in owners.dead())
        # Of owners without a file here it is not known whether they live: they may be on another host.
        is_too_old = runs.c.id < self._now - self._longest_run
        return closed + self._close(is_too_old & runs.c.owner.not_in(owners.known()), resolve)

    def _close(self, condition: ColumnElement[bool], resolve: Resolve) -> int:
        with self._database.begin() as connection:
            statement = select(runs).where(runs.c.status == "running", condition)
            # Those of which nothing can be found out first: finding out may take a while.
            statement = statement.order_by(runs.c.execute_id)
            found = [run_of(row) for row in connection.execute(statement).mappings()]
        return sum(self._close_one(run, _ask(resolve, run)) for run in found)

    def _close_one(self, run: Run, outcome: Outcome) -> bool:
        # Nobody saw it end, so it gets no duration.
        values = {**at_end(outcome, keeps_content=self._keeps_content), "ended_at": self._now}
        with self._database.begin() as connection:
            return change(connection, int(run.id), values)


def _ask(resolve: Resolve, run: Run) -> Outcome:
    try:
        outcome = resolve(run)
    except Exception:
        # One run's fault must not keep the others open.
        log.exception("the outcome of a run could not be found out")
        outcome = None
    return outcome or Outcome(status="unknown")
