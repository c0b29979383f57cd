"""Short-lived tokens, kept until shortly before they end; one at a time is fetched for each session."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coze_web.errors import UpstreamError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 10_000  # sessions whose tokens are kept
EARLY = 300.0  # seconds before its end at which a token is replaced, but never in its first three quarters
PAUSE = 30.0  # seconds before a failed refresh is tried again, while the old token is still valid
NEW = 30.0  # seconds in which a token that seems to lack a permission is not replaced: another would lack it too

log = logging.getLogger(__name__)


@dataclass(frozen=True, repr=False)
class Token:
    """An access token and its Unix times: since when, until when without a thought, until when at all it is used."""

    text: str
    granted_at: float
    fresh_until: float
    valid_until: float

    @classmethod
    def granted(cls, text: str, expires_at: float, longest: float) -> Token:
        """Make one that Coze says ends at `expires_at`, though no later than `longest` seconds from now."""
        # Where this machine's clock is slow, Coze's moment seems further away than it is.
        now = time.time()
        lifetime = min(expires_at - now, longest)
        return cls(text, now, now + lifetime - min(EARLY, lifetime / 4), now + lifetime)

    @property
    def is_new(self) -> bool:
        """Whether Coze has only just granted it."""
        return time.time() < self.granted_at + NEW

    @property
    def is_fresh(self) -> bool:
        """Whether it need not be replaced yet."""
        return time.time() < self.fresh_until

    @property
    def is_valid(self) -> bool:
        """Whether Coze still takes it."""
        return time.time() < self.valid_until

    def later(self) -> Token:
        """Return it as one that is to be replaced after a pause, or at its end."""
        return replace(self, fresh_until=min(time.time() + PAUSE, self.valid_until))


class Tokens:
    """The tokens of all sessions; who needs one while another fetches it waits for that, or uses the old one.

    Args:
        fetch: gets a new token for a session ("" for the owner's); raises UpstreamError.
        patience: seconds that anybody waits for what another fetches.

    """

    def __init__(self, fetch: Callable[[str], Token], patience: float) -> None:
        self._fetch = fetch
        self._patience = patience
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Token] = OrderedDict()
        self._flights: dict[str, Future[Token]] = {}

    def get(self, session: str) -> str:
        """Return a token that is valid.

        Raises:
            UpstreamError: there is none, and Coze gives none.

        """
        with self._lock:
            known = self._known.get(session)
            if known is not None and known.is_fresh:
                self._known.move_to_end(session)
                return known.text
            flight = self._flights.get(session)
            if leads := flight is None:
                flight = self._flights[session] = Future()
        usable = known if known is not None and known.is_valid else None
        if leads:
            return self._lead(session, flight, usable).text
        return usable.text if usable else self._follow(flight).text

    def drop(self, session: str, text: str, *, unless_new: bool = False) -> bool:
        """Forget a token that Coze refused, not one that has replaced it since; say whether another may do better."""
        with self._lock:
            known = self._known.get(session)
            if known is None or known.text != text:
                return True
            if unless_new and known.is_new:
                return False
            del self._known[session]
            return True

    def _lead(self, session: str, flight: Future[Token], usable: Token | None) -> Token:
        token: Token | None
        try:
            token = self._fetch(session)
        except UpstreamError as error:
            token = self._prolong(session, usable)
            if token is None:
                self._land(session, flight, error)
                raise
            log.warning("coze gave no new token, the old one is still used: %s", error.describe())
        except BaseException:
            self._land(session, flight, UpstreamError("upstream_unavailable"))
            raise
        else:
            self._keep(session, token)
        self._land(session, flight, token)
        return token

    def _prolong(self, session: str, usable: Token | None) -> Token | None:
        """Return the old token as one to be replaced later, None where there is none or Coze refused it meanwhile."""
        with self._lock:
            if usable is None or self._known.get(session) is not usable:
                return None
            later = self._known[session] = usable.later()
            return later

    def _keep(self, session: str, token: Token) -> None:
        with self._lock:
            self._known[session] = token
            self._known.move_to_end(session)
            while len(self._known) > MOST:
                self._known.popitem(last=False)

    def _follow(self, flight: Future[Token]) -> Token:
        try:
            return flight.result(self._patience)
        except TimeoutError:
            raise UpstreamError("upstream_timeout") from None

    def _land(self, session: str, flight: Future[Token], found: Token | UpstreamError) -> None:
        with self._lock:
            del self._flights[session]
        if isinstance(found, Token):
            flight.set_result(found)
        else:
            flight.set_exception(found)
