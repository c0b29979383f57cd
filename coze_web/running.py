"""How many may run at once under one name: for all workers in Redis, or for each in memory."""

from __future__ import annotations

import contextlib
import logging
import threading
import uuid
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from limits.storage import RedisStorage
from redis import RedisError

from coze_web.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from limits.storage import Storage
    from redis import Redis

RETRY_AFTER = 5
PREFIX = "coze-web:running:"
# What a worker that was killed did not give back falls out by its age.
TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[3])
redis.call('EXPIRE', KEYS[1], math.ceil(tonumber(ARGV[2])))
return 1
"""

log = logging.getLogger(__name__)


class Running:
    """Counts what runs.

    Args:
        storage: tells where the rates are counted at present; what runs is counted there too.
        longest: seconds after which nothing can be running any more.

    """

    def __init__(self, storage: Callable[[], Storage], longest: float) -> None:
        self._storage = storage
        self._longest = longest
        self._here: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._is_cut_off = False

    @contextmanager
    def one(self, name: str, most: int, code: str) -> Iterator[None]:
        """Run one more under a name while this is entered; any number if `most` is 0.

        Raises:
            BusyError: as many run already; with this code.

        """
        if not most:
            yield
            return
        give_back = self._take(name, most)
        if give_back is None:
            raise BusyError(code, retry_after=RETRY_AFTER, limit=most)
        try:
            yield
        finally:
            give_back()

    def _take(self, name: str, most: int) -> Callable[[], None] | None:
        storage = self._storage()
        if isinstance(storage, RedisStorage):
            try:
                taken = self._take_there(storage.storage, PREFIX + name, most)
            except RedisError as error:
                if not self._is_cut_off:
                    log.warning("counting here what runs, since Redis cannot be reached: %s", type(error).__name__)
                self._is_cut_off = True
            else:
                self._is_cut_off = False
                return taken
        return self._take_here(name, most)

    def _take_there(self, redis: Redis, key: str, most: int) -> Callable[[], None] | None:
        ticket = uuid.uuid4().hex
        if not redis.eval(TAKE, 1, key, str(most), str(self._longest), ticket):
            return None

        def give_back() -> None:
            with contextlib.suppress(RedisError):  # it falls out by its age
                redis.zrem(key, ticket)

        return give_back

    def _take_here(self, name: str, most: int) -> Callable[[], None] | None:
        with self._lock:
            if self._here[name] >= most:
                return None
            self._here[name] += 1

        def give_back() -> None:
            with self._lock:
                self._here[name] -= 1
                if not self._here[name]:
                    del self._here[name]

        return give_back
