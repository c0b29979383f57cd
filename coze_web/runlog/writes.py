"""The changes of a run's row, each with its search entries in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from coze_web.runlog import index
from coze_web.runlog.tables import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection, Table

_INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert(connection: Connection, now: int, values: Mapping[str, Any]) -> int:
    """Add a run and return its id: the millisecond `now`, or the next that no run has."""
    statement = _INSERTS[connection.dialect.name](runs).on_conflict_do_nothing().returning(runs.c.id)
    run_id = now
    while connection.scalar(statement, {**values, "id": run_id}) is None:
        run_id += 1
    index.add(connection, run_id, values)
    return run_id


def change(connection: Connection, run_id: int, values: Mapping[str, Any]) -> bool:
    """Change a run that is running; say whether it was."""
    statement = update(runs).where(runs.c.id == run_id, runs.c.status == "running").values(**values)
    is_changed = connection.execute(statement).rowcount == 1
    if is_changed:
        index.add(connection, run_id, values)
    return is_changed


def delete_oldest(connection: Connection, before: int, limit: int) -> int:
    """Delete up to `limit` of the runs that began before a millisecond; return how many."""
    oldest = select(runs.c.id).where(runs.c.id < before).order_by(runs.c.id).limit(limit)
    rows = connection.execute(delete(runs).where(runs.c.id.in_(oldest)).returning(runs)).mappings().all()
    index.remove(connection, rows)
    return len(rows)
