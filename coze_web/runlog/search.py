"""Finding a keyword on SQLite, in a time that hardly grows with the log.

The index names the runs that have the keyword's grams; these candidates are then compared with the keyword itself. When
the grams are common and the keyword is not, nearly every run is a candidate. So a page whose time is up ends early: it
holds fewer runs than asked for, and a cursor to go on from.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import column, func, literal_column, select, table

from coze_web.runlog.filters import Ids, conditions
from coze_web.runlog.index import query
from coze_web.runlog.tables import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, RowMapping

    from coze_web.runlog.records import RunFilter

    Clock = Callable[[], float]

# Seconds for one page. A batch of candidates is compared only when it should be done by then, as the last one was.
BUDGET = 0.08
# The first batch is small, since most keywords are found at once; comparing the largest takes some ten milliseconds.
_FIRST_BATCH = 2
_GROWTH = 4
_LARGEST_BATCH = 2500

_index = table("runs_search", column("rowid"))


def search(
    connection: Connection, wanted: RunFilter, within: Ids, limit: int, clock: Clock
) -> tuple[list[RowMapping], int]:
    """Return up to `limit` rows, newest first, and the id from which on the log was searched."""
    rows: list[RowMapping] = []
    size = _FIRST_BATCH * limit
    now = begun = clock()
    while True:
        candidates = _candidates(connection, wanted, within, size)
        rows += _compare(connection, wanted, candidates, limit - len(rows))
        if len(candidates) < size:
            return rows, within.first
        within = Ids(within.first, candidates[-1])
        batch_begun, now = now, clock()
        if len(rows) == limit or now + (now - batch_begun) > begun + BUDGET:
            return rows, within.end
        size = min(size * _GROWTH, _LARGEST_BATCH)


def _candidates(connection: Connection, wanted: RunFilter, within: Ids, size: int) -> Sequence[int]:
    statement = (
        select(_index.c.rowid)
        .where(literal_column("runs_search").op("MATCH")(query(wanted)))
        .where(_index.c.rowid >= within.first, _index.c.rowid < within.end)
        .order_by(_index.c.rowid.desc())
        .limit(size)
    )
    return connection.scalars(statement).all()


def _compare(connection: Connection, wanted: RunFilter, candidates: Sequence[int], limit: int) -> list[RowMapping]:
    ids = select(func.json_each(json.dumps(candidates)).table_valued("value").c.value)
    met = [runs.c.id.in_(ids), *conditions(wanted, "sqlite")]
    statement = select(runs).where(*met).order_by(runs.c.id.desc()).limit(limit)
    return list(connection.execute(statement).mappings())
