"""What is read of the log: one run, or a page of those that a filter wants, newest first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from coze_web.runlog.filters import conditions, ids, is_id
from coze_web.runlog.records import RunPage
from coze_web.runlog.rows import run_of
from coze_web.runlog.search import search
from coze_web.runlog.tables import runs
from coze_web.runlog.text import clean

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from coze_web.runlog.filters import Ids
    from coze_web.runlog.records import Run, RunFilter
    from coze_web.runlog.search import Clock


def read_page(connection: Connection, wanted: RunFilter, clock: Clock) -> RunPage:
    """Return the page after the filter's cursor.

    Raises:
        RequestError: `bad_cursor`.
        SQLAlchemyError: the database failed.

    """
    wanted = replace(wanted, workflow_id=clean(wanted.workflow_id or ""), q=clean(wanted.q))
    within, limit = ids(wanted), wanted.page_size + 1
    # Few runs are running, and the search index does not know which.
    if wanted.q and wanted.status != "running" and connection.dialect.name == "sqlite":
        rows, searched_from = search(connection, wanted, within, limit, clock)
    else:
        rows, searched_from = _select(connection, wanted, within, limit), within.first
    items = [run_of(row) for row in rows[: wanted.page_size]]
    if len(rows) == limit:
        return RunPage(items=items, has_more=True, next_cursor=items[-1].id)
    has_more = searched_from > within.first
    return RunPage(items=items, has_more=has_more, next_cursor=str(searched_from) if has_more else None)


def read_run(connection: Connection, run_id: str) -> Run | None:
    """Return one run, None where there is none with this id.

    Raises:
        SQLAlchemyError: the database failed.

    """
    if not is_id(run_id):
        return None
    row = connection.execute(select(runs).where(runs.c.id == int(run_id))).mappings().first()
    return run_of(row) if row else None


def _select(connection: Connection, wanted: RunFilter, within: Ids, limit: int) -> list[RowMapping]:
    met = [*within.conditions, *conditions(wanted, connection.dialect.name)]
    statement = select(runs).where(*met).order_by(runs.c.id.desc()).limit(limit)
    return list(connection.execute(statement).mappings())
