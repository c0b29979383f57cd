"""What the routes of one emulator share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import current_app

from coze_web.emulator.oauth import App
from coze_web.emulator.store import Store

if TYPE_CHECKING:
    from coze_web.emulator.clock import Clock
    from coze_web.emulator.journal import Journal
    from coze_web.emulator.profiles import Cloud

EXTENSION = "coze_emulator"


@dataclass
class Services:
    """One emulator's time, journal, memory, pace and way of speaking, and the OAuth application of its owner."""

    clock: Clock
    journal: Journal
    store: Store
    pace: float  # seconds from one token to the next
    profile: Cloud
    app: App = field(default_factory=App)

    def forget(self) -> None:
        """Begin anew: the store as at the start, an empty journal; no token is good but the owner's."""
        self.journal.clear()
        self.store = Store()


def services() -> Services:
    """Return those of the app that handles this request."""
    return cast("Services", current_app.extensions[EXTENSION])
