"""A real PostgreSQL for a test, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.servers import free_port


class Postgres:
    """One server; it does not run as root, so root starts it as another user."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._data = folder / "data"
        self._port = free_port()
        self._as_user: list[str] = []
        if os.getuid() == 0:
            user = next(each.pw_name for each in pwd.getpwall() if each.pw_name in {"postgres", "nobody"})
            shutil.chown(folder, user)
            self._as_user = ["runuser", "-u", user, "--"]
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self._port} -h 127.0.0.1 -k '{self._data}' -c fsync=off"
        self._run("pg_ctl", "-w", "-l", str(self._data / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop it without a word to those who are connected."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def url(self, database: str, user: str = "postgres") -> str:
        """Return a database's address."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self._port}/{database}"

    def execute(self, statement: str) -> None:
        """Run one statement outside of a transaction, as the superuser."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._as_user, str(self._programs / program), "-D", str(self._data), *arguments],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
        )


def find_programs() -> Path | None:
    """Return the folder of the newest installed server; Debian keeps it off the PATH."""
    found = shutil.which("initdb")
    folders = (
        [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    )
    return folders[-1] if folders else None


def _version(folder: Path) -> int:
    return int(folder.parent.name)
