"""What the routes of one emulator share, and the time that passes in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from flask import current_app

if TYPE_CHECKING:
    from coze_web.emulator.journal import Journal
    from coze_web.emulator.store import Store

EXTENSION = "coze_emulator"


class Clock(Protocol):
    """What the emulator needs of time: the `time` module has it, the server brings gevent's, tests bring their own."""

    def time(self) -> float:
        """Return the Unix time in seconds."""

    def sleep(self, seconds: float, /) -> object:
        """Let `seconds` pass."""


@dataclass(frozen=True)
class World:
    clock: Clock
    journal: Journal
    store: Store
    pace: float  # seconds from one token to the next


def world() -> World:
    """Return the world of the app that handles this request."""
    return cast("World", current_app.extensions[EXTENSION])
