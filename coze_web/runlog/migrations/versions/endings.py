"""The table of how answers ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table, and the index by which days are found."""
    op.create_table(
        "endings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "outcome")],
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        *[sa.Column(name, sa.BigInteger()) for name in ("first_token_ms", "token_count")],
    )
    op.create_index("endings_ended_at", "endings", ["ended_at"])
