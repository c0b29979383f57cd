"""How often one visitor may ask, and all of them together in a day: for all workers in Redis, or for each in memory."""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from typing import TYPE_CHECKING

from flask import Flask, request
from flask_limiter import Limiter, RateLimitExceeded
from limits.storage import storage_from_string
from redis.backoff import NoBackoff
from redis.retry import Retry

from coze_web.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from limits.storage import Storage

    from coze_web.settings import Settings

PATIENCE = 1.0  # seconds for Redis, before chats go on without it
OPTIONS = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": Retry(NoBackoff(), 0)}
SIGN_INS = "10 per minute; 100 per hour"  # attempts of one visitor: nobody guesses a token that way
UNKNOWN = "unknown"  # behind a socket that is a file
SUBNET = 64  # bits of an IPv6 address that one household has to itself

log = logging.getLogger(__name__)
log.setLevel(logging.WARNING)  # below it Flask-Limiter tells visitors' addresses


class Rates:
    """Moving windows, counted by Flask-Limiter; with Redis out of reach, in memory until it is back."""

    def __init__(self, settings: Settings) -> None:
        uri = settings.storage_uri.get_secret_value()
        self._limiter = Limiter(
            visitor,
            storage_uri=uri,
            storage_options=OPTIONS if uri.startswith("redis") else {},  # type: ignore[arg-type] # its types know no objects
            strategy="moving-window",
            in_memory_fallback_enabled=True,
            key_prefix="coze-web",
        )
        self._limiter.logger = log
        # On an app apart: hooks would look at every request for what only a chat has, and what another app around us
        # has set for its own limits is not for ours.
        self._limiter.init_app(Flask(__name__, static_folder=None))
        # Flask-Limiter knows a limit by the name of the function that it is put on.
        self._asked: Callable[[], None] | None = None
        self._begun: Callable[[], None] | None = None
        self._signed_in: Callable[[], None] = self._limiter.limit(SIGN_INS)(_signed_in)
        if settings.rate_limit:
            self._asked = self._limiter.limit(settings.rate_limit)(_asked)
        if settings.daily_chats:
            day = self._limiter.shared_limit(f"{settings.daily_chats} per day", "chats", key_func=lambda: "site")
            self._begun = day(_begun)

    @property
    def storage(self) -> Storage:
        """Where it counts at present."""
        return self._limiter.limiter.storage

    def ask(self) -> None:
        """Count one request of this visitor.

        Raises:
            BusyError: they have asked too often; `retry_after` says when the next request will pass.

        """
        self._count(self._asked, "rate_limited")

    def begin(self) -> None:
        """Count one chat of the site.

        Raises:
            BusyError: the day's are used up.

        """
        self._count(self._begun, "daily_limit")

    def sign_in(self) -> None:
        """Count one attempt of this visitor to sign in.

        Raises:
            BusyError: there were too many.

        """
        self._count(self._signed_in, "sign_in_limited")

    def _count(self, counted: Callable[[], None] | None, code: str) -> None:
        if counted is None:
            return
        try:
            counted()
        except RateLimitExceeded:
            breached = self._limiter.current_limit
            wait = breached.window[0] - time.time() if breached else 0
            raise BusyError(code, retry_after=max(1, math.ceil(wait))) from None


def storage_answers(uri: str) -> bool:
    """Say whether what counts over all workers can be reached."""
    try:
        return bool(storage_from_string(uri, **OPTIONS).check())  # type: ignore[arg-type] # as above
    except Exception:  # noqa: BLE001 - each client has its own
        return False


def visitor() -> str:
    """Name the visitor by their address; of IPv6 by what their provider gave them, since they choose the rest."""
    address = request.remote_addr or UNKNOWN
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found), SUBNET), strict=False))


def _asked() -> None:
    """Stand for a question that has come."""


def _begun() -> None:
    """Stand for a chat that is about to begin."""


def _signed_in() -> None:
    """Stand for an attempt to sign in."""
