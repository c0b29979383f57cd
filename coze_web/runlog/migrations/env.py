"""Alembic's entry: migrates the connection that `coze_web.runlog.schema` hands over."""

from __future__ import annotations

from alembic import context

from coze_web.runlog.tables import metadata


def _is_a_model(name: str | None, _type: str, _parents: object) -> bool:
    # The search index is made by hand in its migration, and brings tables of its own.
    return not (name or "").startswith("runs_search")


context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, include_name=_is_a_model
)
with context.begin_transaction():
    context.run_migrations()
