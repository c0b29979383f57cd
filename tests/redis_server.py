"""A real Redis for a test, on a port of its own, which can be stopped and started again."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from redis import Redis

from tests.servers import LIMIT, free_port, is_listening, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


class RedisServer:
    """One server that keeps nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(["redis-server", *options], cwd="/", stdout=subprocess.DEVNULL)
        wait_until(lambda: is_listening(self.port))

    def stop(self) -> None:
        """Stop it without a word to those who are connected."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(LIMIT)

    def keys(self) -> int:
        """Count the names under which something is kept."""
        with Redis.from_url(self.url) as redis:
            return int(redis.dbsize())


def is_installed() -> bool:
    """Say whether there is one to start."""
    return shutil.which("redis-server") is not None


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run one for a test."""
    server = RedisServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
