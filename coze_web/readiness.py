"""Whether the site can answer visitors: what is set is right, and Coze accepts it."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from coze_web.errors import CozeWebError

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD_FOR = 300.0  # seconds; a call counts, and Coze's free plan has 500 in all
BAD_FOR = 30.0

log = logging.getLogger(__name__)


class Readiness:
    """Looks now and then, one at a time, and keeps what it saw.

    Args:
        look: raises CozeWebError where something is wrong.

    """

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look
        self._looking = threading.Lock()
        self._look_after = 0.0
        self._wrong: CozeWebError | None = None

    def problem(self) -> CozeWebError | None:
        """Return what is wrong, None for nothing; waits for who is looking already."""
        with self._looking:
            if time.monotonic() >= self._look_after:
                self._wrong = self._see()
                self._look_after = time.monotonic() + (BAD_FOR if self._wrong else GOOD_FOR)
            return self._wrong

    def _see(self) -> CozeWebError | None:
        wrong = self._try()
        if wrong is not None and wrong.retryable:
            wrong = self._try()  # one lost call is not to take the site from its visitors
        if wrong is not None:
            log.warning("not ready: %s", wrong.describe())
        return wrong

    def _try(self) -> CozeWebError | None:
        try:
            self._look()
        except CozeWebError as error:
            return error
        return None
