"""How the two kinds of databases are talked to; everything is kept short, a waiting worker serves nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import DisconnectionError

if TYPE_CHECKING:
    from sqlalchemy import Engine

BUSY_MS = 250
CONNECT_SECONDS = 3
STATEMENT_MS = 5000


def make_engine(url: URL) -> Engine:
    """Return an engine that has not connected yet."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True, pool_timeout=CONNECT_SECONDS)
        event.listen(engine, "connect", _set_up_file)
        event.listen(engine, "checkout", _check_file)
        return engine
    arguments = {"connect_timeout": CONNECT_SECONDS, "options": f"-c statement_timeout={STATEMENT_MS}"}
    return create_engine(
        url, hide_parameters=True, pool_timeout=CONNECT_SECONDS, pool_pre_ping=True, connect_args=arguments
    )


def _set_up_file(connection: Any, record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA synchronous = NORMAL")
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    record.info["file"] = path, path.stat().st_ino


def _check_file(_connection: Any, record: Any, _proxy: Any) -> None:
    # A file that was removed or replaced still takes writes from those that have it open, and nobody reads them.
    path, inode = record.info["file"]
    if not path.exists() or path.stat().st_ino != inode:
        raise DisconnectionError
