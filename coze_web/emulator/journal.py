"""What happened and when: the instrument by which a test sees what the gateway did to Coze."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coze_web.emulator.clock import Clock
    from coze_web.emulator.objects import Chat

log = logging.getLogger("coze_web.emulator")

LINES = {
    "opened": "chat %s opened",
    "finished": "chat %s finished",
    "client_gone": "chat %s client gone (upstream closed)",
    "cancelled": "chat %s cancelled",
}


class Journal:
    """The newest 10,000 entries, oldest first; each is one log line too. No question and no token gets in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[dict[str, Any]] = deque(maxlen=10_000)

    def chat(self, event: str, chat: Chat, **more: object) -> None:
        """Note an event (a key of LINES) of a chat."""
        ids = {"chat_id": chat.id, "conversation_id": chat.conversation_id, "user_id": chat.question.user_id}
        self._entries.append({"at": self._clock.time(), "event": event, **ids, **more})
        log.info(LINES[event], chat.id)

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
