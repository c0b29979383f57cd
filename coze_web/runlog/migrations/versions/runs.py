"""The table of runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the table and the indexes of its filters."""
    op.create_table(
        "runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("owner", "workflow_id", "execute_id", "request_id")],
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("mode", "status")],
        *[sa.Column(name, sa.BigInteger()) for name in ("ended_at", "duration_ms")],
        *[sa.Column(name, sa.BigInteger()) for name in ("token_count", "input_count", "output_count")],
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("logid", "debug_url", "error_code", "error_message")],
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("parameters_cut", sa.Boolean(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("output_cut", sa.Boolean(), nullable=False),
    )
    op.create_index("runs_workflow_id_status_id", "runs", ["workflow_id", "status", "id"])
    op.create_index("runs_workflow_id_id", "runs", ["workflow_id", "id"])
    op.create_index("runs_status_id", "runs", ["status", "id"])
