"""The bounded way from the thread that reads from Coze to the response that writes to the visitor."""

from __future__ import annotations

import threading
from queue import SimpleQueue

from coze_web.errors import CozeWebError

MAX_WAITING = 64 * 1024  # bytes that may wait for a slow visitor; what one read brings may come on top

# Encoded frames to pass on (b"": a heartbeat); an error ends the answer, None ends it well.
Item = bytes | CozeWebError | None


class Channel:
    """A queue of bytes that makes its reader wait for a slow writer, and joins what is waiting into one write."""

    def __init__(self) -> None:
        # SimpleQueue is the one queue that gevent replaces by a C implementation; it has no bound of its own.
        self._items: SimpleQueue[Item] = SimpleQueue()
        # Each is counted by one thread only.
        self._put = self._taken = 0
        self._room = threading.Event()
        self._closed = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is waiting."""
        return self._items.empty()

    def put(self, item: Item) -> None:
        """Add a heartbeat or the end; never waits."""
        self._items.put(item)

    def write(self, piece: bytes) -> None:
        """Add bytes, then wait until little enough is waiting, or nobody takes it any more."""
        self._put += len(piece)
        self._items.put(piece)
        while self._put - self._taken > MAX_WAITING and not self._closed:
            self._room.clear()
            if self._put - self._taken > MAX_WAITING and not self._closed:
                self._room.wait()

    def take(self) -> tuple[bytes, Item]:
        """Wait for one item, then take all there is, up to the end: the bytes, and the last item as it was."""
        pieces: list[bytes] = []
        item = self._items.get()
        while isinstance(item, bytes):
            pieces.append(item)
            if self._items.empty():
                break
            item = self._items.get()
        taken = b"".join(pieces)
        self._taken += len(taken)
        self._room.set()
        return taken, item

    def close(self) -> None:
        """Say that nobody takes items any more."""
        self._closed = True
        self._room.set()
