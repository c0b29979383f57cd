"""Something of Coze's that is kept for a while: asking costs a call of the owner's quota, and a visitor's time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from coze_web.errors import UpstreamError

if TYPE_CHECKING:
    from collections.abc import Callable

FRESH = 600.0  # seconds that an answer of Coze's is good for
PAUSE = 30.0  # seconds before a Coze that failed is asked again

T = TypeVar("T")


class Kept(Generic[T]):
    """Keeps what Coze said; asks once at a time, and shows the old while Coze is down.

    Args:
        ask: asks Coze; raises UpstreamError where there is no answer.

    """

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask_coze = ask
        self._asking = threading.Lock()
        self._ask_after = 0.0
        self._known: tuple[()] | tuple[T] = ()
        self._failure = UpstreamError("upstream_unavailable")

    def get(self) -> T:
        """Return it; waits for Coze only where there is nothing older to show.

        Raises:
            UpstreamError: Coze does not give it, and never did.

        """
        known = self._known
        if not known:
            self._refresh()
            known = self._known
        elif self._is_due() and not self._asking.locked():
            threading.Thread(target=self._refresh, name="coze-kept", daemon=True).start()
        if not known:
            raise self._why_not()
        return known[0]

    def peek(self) -> T | None:
        """Return what is known already; never waits for Coze."""
        return self._known[0] if self._known else None

    def _refresh(self) -> None:
        # Whoever had to wait here finds that another has asked meanwhile.
        with self._asking:
            if self._is_due():
                self._ask()

    def _is_due(self) -> bool:
        return time.monotonic() >= self._ask_after

    def _why_not(self) -> UpstreamError:
        # A fresh one each time: an exception that is raised again and again would keep every traceback.
        failure = self._failure
        return UpstreamError(failure.code, logid=failure.logid, retry_after=failure.retry_after)

    def _ask(self) -> None:
        try:
            self._known = (self._ask_coze(),)
        except UpstreamError as error:
            self._failure = error
            self._ask_after = time.monotonic() + PAUSE
        else:
            self._ask_after = time.monotonic() + FRESH
