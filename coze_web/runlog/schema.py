"""The schema: made at the first use and brought up to date, by one process at a time."""

from __future__ import annotations

import fcntl
import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

HEAD = "0003"  # the newest revision in migrations/versions

# Alembic keeps the connection that it works on in globals: two threads would work on one, and SQLite crash.
_one_at_a_time = threading.Lock()

# Any number that no other program uses on the same database.
_ADVISORY_LOCK = 7_379_462_189


def migrate(engine: Engine, folder: Path, revision: str = "head") -> None:
    """Bring the schema to a revision; other processes wait meanwhile.

    Raises:
        OSError, SQLAlchemyError, CommandError: it did not work, and nothing has changed.

    """
    if _is_at(engine, revision):
        return
    with _one_at_a_time, _quietly():
        if engine.dialect.name == "sqlite":
            _migrate_file(engine, folder, revision)
        else:
            _migrate_host(engine, revision)


def _is_at(engine: Engine, revision: str) -> bool:
    # Alembic would find out too, in some ten milliseconds during which a worker serves nobody.
    try:
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return bool(found == (HEAD if revision == "head" else revision))
    except (OperationalError, ProgrammingError):
        return False


def _migrate_host(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        command.upgrade(configuration(connection), revision)


def _migrate_file(engine: Engine, folder: Path, revision: str) -> None:
    with _locked(folder / "schema.lock"):
        # Who was first may be writing runs by now, and would not wait long for an upgrade of nothing.
        if _is_at(engine, revision):
            return
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        with engine.begin() as connection:
            # The driver starts no transaction for DDL by itself; without one, half a schema could remain.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            command.upgrade(configuration(connection), revision)


def configuration(connection: Connection) -> Config:
    """Return what Alembic needs to work on this connection; logging stays as it is."""
    config = Config()
    config.set_main_option("script_location", "coze_web.runlog:migrations")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _quietly() -> Iterator[None]:
    # "Running upgrade" in the log of an app around us would be read as one of its own tables.
    logger = logging.getLogger("alembic")
    level = logger.level
    logger.setLevel(max(level, logging.WARNING))
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
