"""A clock that stands still until a test moves it."""

from __future__ import annotations


class Clock:
    """Seconds since 1970; called, it tells them, and goes on by `step`."""

    def __init__(self, now: float = 1_750_000_000.0) -> None:
        self.now = now
        self.step = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now
