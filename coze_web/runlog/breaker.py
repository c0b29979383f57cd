"""A circuit breaker: what fails is left alone for a while, and said once."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import DBAPIError

from coze_web.runlog.database import FAILURES

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
T = TypeVar("T")


class Breaker:
    """Runs what may fail.

    Args:
        pause: seconds during which nothing is tried after a failure.
        clock: the time in seconds.

    """

    def __init__(self, pause: float, clock: Callable[[], float]) -> None:
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failed_at: float | None = None

    def run(self, action: Callable[[], T], otherwise: T) -> T:
        """Return what the action returns, or `otherwise` when it fails or is not tried."""
        if not self._may_try():
            return otherwise
        try:
            result = action()
        except FAILURES as error:
            self._open(error)
            return otherwise
        self._close()
        return result

    def _may_try(self) -> bool:
        with self._lock:
            if self._failed_at is None:
                return True
            now = self._clock()
            if abs(now - self._failed_at) < self._pause:
                return False
            # One caller tries; the others need not wait for the same failure.
            self._failed_at = now
            return True

    def _open(self, error: Exception) -> None:
        with self._lock:
            is_first, self._failed_at = self._failed_at is None, self._clock()
        if is_first:
            log.warning("the run log failed and records nothing until it works again: %s", describe(error))

    def _close(self) -> None:
        with self._lock:
            was_open, self._failed_at = self._failed_at is not None, None
        if was_open:
            log.info("the run log works again")


# Drivers have no codes for these; their texts may quote an address, and with it a password that was written wrong.
_REASONS = {
    "password": "wrong password",
    "role": "no such user",
    "database": "no such database",
    "refused": "connection refused",
    "timeout": "timeout",
    "resolve": "no such host",
    "translate": "no such host",
}


def describe(error: Exception) -> str:
    """Name a failure without its text, which may quote what was to be stored, or an address."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or _reason(str(cause))
    return " ".join(filter(None, [type(cause).__name__, code]))


def _reason(text: str) -> str:
    return next((f"({reason})" for word, reason in _REASONS.items() if word in text.lower()), "")
