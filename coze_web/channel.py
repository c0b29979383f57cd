"""The bounded way from the thread that reads from Coze to the response that writes to the visitor."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from coze_web.errors import CozeWebError

if TYPE_CHECKING:
    from coze_web.sse import Frame

MAX_WAITING = 64  # reads, of up to 64 KiB each, that may wait for a slow visitor

# Frames to pass on (none of them: a heartbeat); an error ends the answer, None ends it well.
Item = list["Frame"] | CozeWebError | None


class Channel:
    """A queue of frames that makes its reader wait for a slow writer, and joins what is waiting into one write."""

    def __init__(self) -> None:
        # SimpleQueue is the one queue that gevent replaces by a C implementation; it has no bound of its own.
        self._items: SimpleQueue[Item] = SimpleQueue()
        self._room = threading.Event()
        self._closed = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is waiting."""
        return self._items.empty()

    def put(self, item: Item) -> None:
        """Add an item; never waits."""
        self._items.put(item)

    def wait_for_room(self) -> None:
        """Wait until few enough items are waiting, or nobody takes them any more."""
        while self._items.qsize() > MAX_WAITING and not self._closed:
            self._room.clear()
            if self._items.qsize() > MAX_WAITING and not self._closed:
                self._room.wait()

    def take(self) -> tuple[list[Frame], Item]:
        """Wait for one item, then take all there is, up to the end: the frames, and the last item as it was."""
        frames: list[Frame] = []
        item = self._items.get()
        while isinstance(item, list):
            frames += item
            if self._items.empty():
                break
            item = self._items.get()
        self._room.set()
        return frames, item

    def close(self) -> None:
        """Say that nobody takes items any more."""
        self._closed = True
        self._room.set()
