"""The search index of SQLite: which runs have which grams. PostgreSQL keeps its own index by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from coze_web.runlog.filters import SEARCHED
from coze_web.runlog.grams import SEPARATOR, grams_of, grams_to_ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from sqlalchemy import Connection, RowMapping

    from coze_web.runlog.records import RunFilter

_ADD = text("INSERT INTO runs_search (rowid, grams) VALUES (:id, :grams)")
_REMOVE = text("INSERT INTO runs_search (runs_search, rowid, grams) VALUES ('delete', :id, :grams)")


def add(connection: Connection, run_id: int, values: Mapping[str, Any] | RowMapping) -> None:
    """Index the values that a run has been given; what was indexed of it before stays."""
    if connection.dialect.name == "sqlite":
        connection.execute(_ADD, {"id": run_id, "grams": _document(run_id, values)})


def remove(connection: Connection, rows: Iterable[RowMapping]) -> None:
    """Forget whole runs: the index is told all that it knows of each."""
    if connection.dialect.name == "sqlite":
        for row in rows:
            connection.execute(_REMOVE, {"id": row["id"], "grams": _document(row["id"], row)})


def query(wanted: RunFilter) -> str:
    """Return the full-text expression that every wanted run meets."""
    tokens = [*grams_to_ask(wanted.q), *_labels(wanted.workflow_id, wanted.status)]
    return " AND ".join('"{}"'.format(token.replace('"', '""')) for token in tokens)


def _document(run_id: int, values: Mapping[str, Any] | RowMapping) -> str:
    tokens = set(_labels(values.get("workflow_id"), values.get("status")))
    for part in [str(run_id), *[values.get(name, "") for name in SEARCHED]]:
        tokens |= grams_of(part)
    return SEPARATOR.join(tokens)


def _labels(workflow_id: str | None, status: str | None) -> list[str]:
    # Longer than any gram. A run leaves the status "running", and the index forgets nothing: it is never in there.
    workflow = [f"workflow={workflow_id}".replace(SEPARATOR, " ")] if workflow_id else []
    return [*workflow, f"status={status}"] if status and status != "running" else workflow
