"""What happened and when: the instrument by which a test sees what the gateway did to Coze."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from coze_web.emulator.clock import Clock

log = logging.getLogger("coze_web.emulator")

LINES = {
    "opened": "%s %s opened",
    "resumed": "%s %s resumed",
    "finished": "%s %s finished",
    "client_gone": "%s %s client gone (upstream closed)",
    "cancelled": "%s %s cancelled",
    "feedback": "%s %s feedback",
    "issued": "%s %s issued",
}


class Subject(Protocol):
    """A chat, a run of a workflow, a message, or a token."""

    @property
    def noun(self) -> str:
        """Return what it is."""

    @property
    def id(self) -> str:
        """Return its id."""

    def ids(self) -> dict[str, str]:
        """Return by which ids an entry names it."""


class Journal:
    """The newest 10,000 entries, oldest first; each is one log line too. No question and no token gets in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[dict[str, Any]] = deque(maxlen=10_000)

    def note(self, event: str, subject: Subject, **more: object) -> None:
        """Note an event (a key of LINES) of a subject."""
        self._entries.append({"at": self._clock.time(), "event": event, **subject.ids(), **more})
        log.info(LINES[event], subject.noun, subject.id)

    def refused(self, path: str, status: int, code: int | None) -> None:
        """Note a request that was refused; `code` is None where the answer was not Coze's JSON."""
        entry = {"at": self._clock.time(), "event": "refused", "path": path, "status": status, "code": code}
        self._entries.append(entry)
        # A path is the client's text: %r keeps its line ends out of the log.
        log.info("%r refused: status %s, code %s", path, status, code)

    def entries(self) -> list[dict[str, Any]]:
        """Return all entries, oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
