"""The tables: runs, and how answers ended."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text

metadata = MetaData()

# The millisecond of the start, or the next that is free: one index serves the order, the cursor and the date filters.
# SQLite keeps rows in the order of their id only when its type is INTEGER.
_Id = BigInteger().with_variant(Integer(), "sqlite")

runs = Table(
    "runs",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("workflow_id", Text, nullable=False),
    Column("execute_id", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("ended_at", BigInteger),
    Column("duration_ms", BigInteger),
    Column("token_count", BigInteger),
    Column("input_count", BigInteger),
    Column("output_count", BigInteger),
    Column("logid", Text, nullable=False),
    Column("debug_url", Text, nullable=False),
    Column("error_code", Text, nullable=False),
    Column("error_message", Text, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("parameters_cut", Boolean, nullable=False),
    Column("output", Text, nullable=False),
    Column("output_cut", Boolean, nullable=False),
    Index("runs_workflow_id_status_id", "workflow_id", "status", "id"),
    Index("runs_workflow_id_id", "workflow_id", "id"),
    Index("runs_status_id", "status", "id"),
)

# One for each answer, a chat's or a run's, and not a word of what was said.
endings = Table(
    "endings",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("ended_at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("first_token_ms", BigInteger),
    Column("token_count", BigInteger),
    Index("endings_ended_at", "ended_at"),
)
