"""The log of workflow runs."""

from __future__ import annotations

import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from coze_web.errors import CozeWebError, RequestError
from coze_web.runlog.breaker import Breaker
from coze_web.runlog.database import FAILURES, Database
from coze_web.runlog.endings import Endings
from coze_web.runlog.moments import MS_PER_DAY
from coze_web.runlog.owners import Owners
from coze_web.runlog.pages import read_page, read_run
from coze_web.runlog.recovery import Recovery
from coze_web.runlog.rows import at_end, at_start
from coze_web.runlog.writes import change, delete_oldest, insert

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from coze_web.runlog.records import NewRun, Outcome, Run, RunFilter, RunPage
    from coze_web.runlog.recovery import Resolve

T = TypeVar("T")

_SWEPT_AT_ONCE = 20
_MOST_LATE = 100  # endings, of up to 128 KiB each, that wait for a database to come back
# Seconds after a failure: a file says at once that it cannot be used, a host that is down takes its time.
_PAUSE_FILE = 1
_PAUSE_HOST = 10


class RunLog:
    """Writes down every run, and finds them again. What fails while writing is logged and never raised.

    Args:
        url, folder: see `Database`; the marks of living processes are kept there too.
        days: how long a run is kept; 0 keeps all.
        keeps_content: whether parameters, outputs and error messages are kept.
        longest_run: seconds after which a run is over, though nobody has ended it.
        clock: the time in seconds since 1970.

    Attributes:
        endings: how answers ended, for the charts; in the same database.

    """

    def __init__(  # noqa: PLR0913 - by keyword, and each is one thing
        self,
        url: str | None,
        *,
        folder: Path,
        days: int,
        keeps_content: bool,
        longest_run: float = 3600,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = Database(url, folder)
        self._owners = Owners(self._database.folder / "workers" / self._database.name)
        self._days = days
        self._keeps_content = keeps_content
        self._longest_run = longest_run
        self._clock = clock
        self._late: deque[tuple[str, dict[str, object]]] = deque(maxlen=_MOST_LATE)
        self._breaker = Breaker(_PAUSE_FILE if self._database.is_file else _PAUSE_HOST, clock)
        self.endings = Endings(self._database, self._breaker, days=days, clock=clock)

    def begin(self, run: NewRun) -> str | None:
        """Write down that a run begins; return its id, None when that failed."""
        run_id = self._breaker.run(lambda: self._insert(run), None)
        if run_id is not None:
            # With every new run a few old ones go, so that they never pile up.
            self._breaker.run(self._sweep_some, 0)
            self._catch_up()
        return run_id

    def end(self, run_id: str | None, outcome: Outcome) -> None:
        """Write down how a run ended; only the first time counts."""
        if run_id is not None:
            now = self._now()
            times = {"ended_at": now, "duration_ms": max(0, now - int(run_id))}
            self._late.append((run_id, {**at_end(outcome, keeps_content=self._keeps_content), **times}))
            self._catch_up()

    def _catch_up(self) -> None:
        # What could not be written when a run ended is written when the next one begins or ends.
        while (ending := self._next_late()) is not None:
            run_id, values = ending
            if self._breaker.run(partial(self._change, run_id, values), None) is None:
                self._late.appendleft(ending)
                return

    def _next_late(self) -> tuple[str, dict[str, object]] | None:
        # Asking first whether there is one would be another thread's chance to take it.
        try:
            return self._late.popleft()
        except IndexError:
            return None

    def page(self, wanted: RunFilter) -> RunPage:
        """Return some runs, newest first.

        Raises:
            RequestError: `bad_cursor`.
            CozeWebError: `runlog_unavailable`.

        """
        return self._read(lambda connection: read_page(connection, wanted, self._clock))

    def find(self, run_id: str) -> Run:
        """Return one run.

        Raises:
            RequestError: `run_not_found`.
            CozeWebError: `runlog_unavailable`.

        """
        run = self._read(lambda connection: read_run(connection, run_id))
        if run is None:
            raise RequestError("run_not_found")
        return run

    def recover(self, resolve: Resolve) -> int:
        """Close the runs that a dead process left open; return how many.

        Args:
            resolve: finds out how a run ended; None makes its status "unknown".

        """
        recovery = Recovery(
            self._database,
            now=self._now(),
            longest_run=int(self._longest_run * 1000),
            keeps_content=self._keeps_content,
        )
        return self._breaker.run(lambda: recovery.run(self._owners, resolve), 0)

    def sweep(self) -> int:
        """Delete all runs that are older than they are kept; return how many."""
        deleted = 0
        while some := self._breaker.run(self._sweep_some, 0):
            deleted += some
        return deleted

    def close(self) -> None:
        """Close the database and leave; another process may then recover what is still open."""
        self.endings.flush()
        self._database.close()
        self._owners.close()

    def _read(self, read: Callable[[Connection], T]) -> T:
        try:
            with self._database.begin() as connection:
                return read(connection)
        except FAILURES as error:
            # The breaker does not hear of it: a search that took too long must not stop the writing.
            raise CozeWebError("runlog_unavailable") from error

    def _insert(self, run: NewRun) -> str:
        values = at_start(run, self._owners.own(), keeps_content=self._keeps_content)
        with self._database.begin() as connection:
            return str(insert(connection, self._now(), values))

    def _change(self, run_id: str, values: dict[str, object]) -> bool:
        with self._database.begin() as connection:
            return change(connection, int(run_id), values)

    def _sweep_some(self) -> int:
        if not self._days:
            return 0
        with self._database.begin() as connection:
            return delete_oldest(connection, self._now() - self._days * MS_PER_DAY, _SWEPT_AT_ONCE)

    def _now(self) -> int:
        return int(self._clock() * 1000)
