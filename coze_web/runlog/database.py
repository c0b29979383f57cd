"""One engine, whose schema is brought up to date before its first use."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.util import CommandError
from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from coze_web.runlog.engine import make_engine
from coze_web.runlog.schema import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

FILE = "runs.sqlite3"
FAILURES = (SQLAlchemyError, sqlite3.Error, OSError, CommandError)

# Seconds that a caller waits while another one connects and migrates.
_WAIT = 5


class Database:
    """Gives connections; nothing is opened before the first.

    Args:
        url: an address of SQLAlchemy's, of a SQLite file or of PostgreSQL; None for a file in the folder.

    Attributes:
        folder: where locks are kept: beside a file, and in the given folder for PostgreSQL.
        name: tells this database from others whose locks are in the same folder.

    """

    def __init__(self, url: str | None, folder: Path) -> None:
        self._url = make_url(url) if url else URL.create("sqlite", database=str(folder / FILE))
        self.name = hashlib.sha256(self._url.render_as_string(hide_password=False).encode()).hexdigest()[:16]
        self.folder = Path(self._url.database or "").parent if self.is_file else folder
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @property
    def is_file(self) -> bool:
        """Whether it is SQLite, where a try costs little."""
        return self._url.get_backend_name() == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a connection in a transaction; after a failure the next caller connects and migrates anew.

        Raises:
            OSError, sqlite3.Error, SQLAlchemyError, CommandError: the database failed.

        """
        try:
            with self._ready().begin() as connection:
                yield connection
        except FAILURES:
            self.close()
            raise

    def close(self) -> None:
        """Close all connections; the next `begin` opens them again."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _ready(self) -> Engine:
        if self._engine is not None:
            return self._engine
        if not self._lock.acquire(timeout=_WAIT):
            raise TimeoutError
        try:
            if self._engine is None:
                self._engine = self._open()
            return self._engine
        finally:
            self._lock.release()

    def _open(self) -> Engine:
        engine = make_engine(self._url)
        try:
            migrate(engine, self.folder)
        except BaseException:
            engine.dispose()
            raise
        return engine
