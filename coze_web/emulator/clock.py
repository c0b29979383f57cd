"""The time that passes in an emulator."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """What the emulator needs of time: the `time` module has it, the server brings gevent's, tests bring their own."""

    def time(self) -> float:
        """Return the Unix time in seconds."""

    def sleep(self, seconds: float, /) -> object:
        """Let `seconds` pass."""
