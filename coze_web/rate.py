"""How often one visitor may ask; each worker counts for itself."""

from __future__ import annotations

import math
import time

import limits
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from coze_web.errors import BusyError


class RateLimit:
    """A moving window per visitor.

    Args:
        rule: such as "20 per minute", several separated by ";", or "" for no limit.

    """

    def __init__(self, rule: str) -> None:
        self._limits = limits.parse_many(rule) if rule else []
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, visitor: str) -> None:
        """Count one request.

        Raises:
            BusyError: the visitor has asked too often; `retry_after` says when the next request will pass.

        """
        for limit in self._limits:
            if not self._limiter.hit(limit, visitor):
                wait = self._limiter.get_window_stats(limit, visitor).reset_time - time.time()
                raise BusyError("rate_limited", retry_after=max(1, math.ceil(wait)))
