"""How answers ended, written down for the charts: by a thread of its own, so that no answer waits for it."""

from __future__ import annotations

import atexit
import logging
import threading
import time
import weakref
from collections import deque
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from coze_web.errors import CozeWebError
from coze_web.runlog.breaker import describe
from coze_web.runlog.database import FAILURES
from coze_web.runlog.days import read_day
from coze_web.runlog.moments import MS_PER_DAY
from coze_web.runlog.tables import endings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from coze_web.ending import Ending
    from coze_web.runlog.breaker import Breaker
    from coze_web.runlog.database import Database
    from coze_web.runlog.days import Day

_MOST_WAITING = 10_000  # for a database to come back; the newest are kept
_SWEPT_AT_ONCE = 1000
_LAST_WORDS = 5.0  # seconds to write what is left when the log is closed
_AT_EXIT = 1.0  # seconds; a restart must not wait for a database
_REFUSED = (DataError, IntegrityError, OverflowError)  # OverflowError: a number that SQLite cannot hold

log = logging.getLogger(__name__)
_kept: weakref.WeakSet[Endings] = weakref.WeakSet()


class Endings:
    """Keeps one row for each answer, as long as runs are kept. What fails while writing is logged and never raised.

    Args:
        days: how long a row is kept; 0 keeps all.
        clock: the time in seconds since 1970.

    """

    def __init__(self, database: Database, breaker: Breaker, *, days: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._breaker = breaker
        self._days = days
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: deque[dict[str, Any]] = deque(maxlen=_MOST_WAITING)
        self._writer: threading.Thread | None = None
        _kept.add(self)

    def note(self, ending: Ending) -> None:
        """Take one to be written down; returns at once."""
        with self._lock:
            self._waiting.append(_row(ending, self._now()))
            if self._writer is None:
                writer = threading.Thread(target=self._write, name="runlog-endings", daemon=True)
                writer.start()
                self._writer = writer

    def days(self, bounds: Sequence[int]) -> list[Day]:
        """Return what happened between each two bounds, in milliseconds since 1970, and the next.

        Raises:
            CozeWebError: `runlog_unavailable`.

        """
        try:
            with self._database.begin() as connection:
                return [read_day(connection, first, end) for first, end in pairwise(bounds)]
        except FAILURES as error:
            raise CozeWebError("runlog_unavailable") from error

    def flush(self, seconds: float | None = None) -> None:
        """Wait until what was noted is written, but not for long: five seconds unless told otherwise."""
        writer = self._writer
        if writer is not None:
            writer.join(_LAST_WORDS if seconds is None else seconds)

    def _write(self) -> None:
        try:
            while rows := self._take():
                if not self._breaker.run(partial(self._insert, rows), otherwise=False):
                    self._give_up(rows)
                    return
        finally:
            # Whatever nobody expected has ended this writer, the next ending gets another one.
            with self._lock:
                if self._writer is threading.current_thread():
                    self._writer = None

    def _take(self) -> list[dict[str, Any]]:
        with self._lock:
            rows = list(self._waiting)
            self._waiting.clear()
            if not rows:
                self._writer = None
            return rows

    def _give_up(self, rows: list[dict[str, Any]]) -> None:
        # They are tried again with the next one.
        with self._lock:
            self._waiting = deque([*rows, *self._waiting], maxlen=_MOST_WAITING)
            self._writer = None

    def _insert(self, rows: list[dict[str, Any]]) -> bool:
        try:
            with self._database.begin() as connection:
                connection.execute(insert(endings), rows)
                self._sweep(connection)
        except _REFUSED as error:  # and would be again, whenever it is tried
            log.warning("the database refused endings, and the charts will lack %d: %s", len(rows), describe(error))
        return True

    def _sweep(self, connection: Connection) -> None:
        if self._days:
            before = self._now() - self._days * MS_PER_DAY
            old = select(endings.c.id).where(endings.c.ended_at < before).limit(_SWEPT_AT_ONCE)
            connection.execute(delete(endings).where(endings.c.id.in_(old)))

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _row(ending: Ending, now: int) -> dict[str, Any]:
    first = ending.first_token
    return {
        "ended_at": now,
        "kind": ending.kind,
        "outcome": ending.outcome,
        "duration_ms": round(ending.seconds * 1000),
        "first_token_ms": None if first is None else round(first * 1000),
        "token_count": (ending.usage or {}).get("token_count"),
    }


@atexit.register
def _flush_all() -> None:
    # A worker that is asked to stop has ended its answers a moment before.
    until = time.monotonic() + _AT_EXIT
    for each in list(_kept):
        each.flush(max(0.0, until - time.monotonic()))
