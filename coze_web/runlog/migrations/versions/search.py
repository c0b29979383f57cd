"""What a keyword is searched with: an index of grams on SQLite, of trigrams on PostgreSQL."""

from __future__ import annotations

from alembic import op
from sqlalchemy.exc import DBAPIError

from coze_web.runlog import index

revision = "0002"
down_revision = "0001"

# Every character but U+001F belongs to a token; letters, digits and all beyond ASCII do so by themselves.
_TOKEN_CHARACTERS = "".join(map(chr, [*range(1, 31), *range(32, 128)]))

# The rowid is the run's id. Nothing but "this run has this gram" is stored.
_GRAMS = """
    CREATE VIRTUAL TABLE runs_search USING fts5(
        grams, content='', detail=none, columnsize=0, tokenize="ascii tokenchars '{characters}'"
    )
"""

_TRIGRAMS = """
    CREATE INDEX runs_search ON runs USING gin (
        (CAST(id AS TEXT)) gin_trgm_ops, execute_id gin_trgm_ops, logid gin_trgm_ops, error_code gin_trgm_ops,
        error_message gin_trgm_ops, parameters gin_trgm_ops, output gin_trgm_ops
    )
"""


def upgrade() -> None:
    """Create the index that this database has; PostgreSQL may forbid the extension, and is then slower."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        quoted = _TOKEN_CHARACTERS.replace("'", "''").replace('"', '""')
        connection.exec_driver_sql(_GRAMS.format(characters=quoted))
        for row in connection.exec_driver_sql("SELECT * FROM runs").mappings():
            index.add(connection, row["id"], row)
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError:
        return
    connection.exec_driver_sql(_TRIGRAMS)
