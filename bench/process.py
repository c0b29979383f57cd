"""Server processes on a core of their own, and what the kernel says that they used. Source: proc(5)."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers import clean_environ

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVER_CORE, LOAD_CORE = 0, 1
LIMIT = 30.0
TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A running server with all its workers."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.port = port
        self._process = process

    def cpu(self) -> float:
        """Return the CPU seconds, user and system, that the whole tree has used."""
        return sum(sum(map(int, _stat(pid)[11:13])) for pid in self._tree()) / TICKS

    def pss(self) -> float:
        """Return the memory of the whole tree in KiB, what is shared divided by those who share it."""
        rolled = "".join(Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self._tree())
        return sum(float(line.split()[1]) for line in rolled.splitlines() if line.startswith("Pss:"))

    def wait_until_ready(self) -> None:
        """Wait until `GET /healthz` is answered.

        Raises:
            TimeoutError: it is not.

        """
        deadline = time.monotonic() + LIMIT
        while not _is_ready(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"{self._process.args!r} does not answer")
            time.sleep(0.02)

    def _tree(self) -> list[int]:
        found = [self._process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, children.read_text().split())
        return found


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _is_ready(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), LIMIT) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def allow_many_files() -> None:
    """Let this process, and those it starts, open as many sockets as the system permits."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def serving(command: list[str], port: int, environ: Mapping[str, str], core: int) -> Iterator[Process]:
    """Run a server on one core, with nothing of a developer's settings, and stop it with all its workers."""
    pinned = ["taskset", "--cpu-list", str(core), *command]
    folder, variables = tempfile.gettempdir(), clean_environ(**environ)
    with subprocess.Popen(pinned, cwd=folder, env=variables, start_new_session=True) as process:
        try:
            yield Process(process, port)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(LIMIT)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
