"""Which processes live: each holds a lock on a file of its own, which the system releases however the process ends."""

from __future__ import annotations

import fcntl
import secrets
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SUFFIX = ".lock"


class Owners:
    """The lock files of one folder, and this process's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: IO[str] | None = None
        self._lock = threading.Lock()
        self._name = secrets.token_hex(8)

    def own(self) -> str:
        """Return this process's name; its file is locked from now on.

        Raises:
            OSError: the file cannot be made.

        """
        with self._lock:
            if self._own is None:
                # The mode is that of the last folder only.
                for folder in (self._folder.parent.parent, self._folder.parent, self._folder):
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._own = self._make()
            return self._name

    def known(self) -> set[str]:
        """Return the names of all that have a file here."""
        return {path.stem for path in self._folder.glob(f"*{_SUFFIX}")}

    def dead(self) -> Iterator[str]:
        """Give the name of each that has died, and remove its file when the caller comes back for the next."""
        for name in self.known():
            path = self._path(name)
            # Another process may have removed it meanwhile.
            with suppress(FileNotFoundError), path.open() as file:
                if _lock(file):
                    yield name
                    path.unlink()

    def close(self) -> None:
        """Leave: whoever looks now sees this process as dead."""
        with self._lock:
            if self._own is not None:
                self._own.close()
                self._own = None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"

    def _make(self) -> IO[str]:
        # Locked before it has a name that others look for.
        hidden = self._folder / self._name
        file = hidden.open("w")
        _lock(file)
        hidden.rename(self._path(self._name))
        return file


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
