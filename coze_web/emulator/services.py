"""What the routes of one emulator share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from coze_web.emulator.clock import Clock
    from coze_web.emulator.journal import Journal
    from coze_web.emulator.store import Store

EXTENSION = "coze_emulator"


@dataclass(frozen=True)
class Services:
    """One emulator's time, memory and pace."""

    clock: Clock
    journal: Journal
    store: Store
    pace: float  # seconds from one token to the next


def services() -> Services:
    """Return those of the app that handles this request."""
    return cast("Services", current_app.extensions[EXTENSION])
