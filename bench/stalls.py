"""Notices when the machine itself is slow, as the memory of a virtual one can be for a tenth of a second at a time."""

from __future__ import annotations

import time
from contextlib import contextmanager
from multiprocessing import get_context
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

PAGES, PAGE = 1024, 4096  # 4 MB
EVERY = 0.005  # seconds
SLOW = 3  # times the median


@contextmanager
def stalls() -> Iterator[list[float]]:
    """Collect until the block is left when touching 4 MB took several times as long as usual: seconds of the epoch."""
    slow: list[float] = []
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_touch, args=(theirs,))
    process.start()
    ours.recv()
    try:
        yield slow
    finally:
        ours.send("stop")
        touched: list[tuple[float, float]] = ours.recv()
        process.join()
    usual = median(seconds for _, seconds in touched)
    slow += [at for at, seconds in touched if seconds > SLOW * usual]


# On a core: what others have it for does not count.
def _touch(connection: Connection) -> None:
    memory, ones = bytearray(PAGES * PAGE), bytes(PAGES)
    touched = []
    connection.send("begun")
    while not connection.poll(EVERY):
        at, began = time.time(), time.thread_time()
        memory[::PAGE] = ones
        touched.append((at, time.thread_time() - began))
    connection.send(touched)
