"""All the answers that one worker is relaying: how many there may be, and the one clock that watches them."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from coze_web.errors import BusyError
from coze_web.metrics import OPEN_STREAMS
from coze_web.relay import Relay, tick_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from coze_web.ending import Ending
    from coze_web.exchange import Exchange
    from coze_web.settings import Settings

    Account = Callable[[Ending], None]
    Witness = Callable[[], Account]

RETRY_AFTER = 5
ANYBODY = nullcontext()

log = logging.getLogger(__name__)


class _Open(NamedTuple):
    """What belongs to an answer that is being written."""

    held: ExitStack
    accounts: list[Account]


class Streams:
    """Opens relays and watches them until they end.

    Args:
        accounts: each is told of every answer that ended, in the thread that ended it; quick, and whatever goes wrong
            in one stays there.
        witnesses: each sees an answer begin, in the thread that asks for it, and says who else is to be told.

    """

    _is_draining: ClassVar[Callable[[], bool]] = staticmethod(lambda: False)

    def __init__(self, settings: Settings, accounts: Iterable[Account] = (), witnesses: Iterable[Witness] = ()) -> None:
        self._settings = settings
        self._accounts = tuple(accounts)
        self._witnesses = tuple(witnesses)
        self._relays: dict[Relay, _Open] = {}
        self._lock = threading.Lock()
        self._watching = False

    def __len__(self) -> int:
        return len(self._relays)

    @property
    def is_draining(self) -> bool:
        """Whether the worker is about to stop."""
        return Streams._is_draining()

    @classmethod
    def drain_when(cls, is_draining: Callable[[], bool]) -> None:
        """Ask this, a few times a second, whether the process is about to stop; then every answer in it is ended."""
        cls._is_draining = staticmethod(is_draining)

    def open(self, exchange: Exchange, request_id: str, admission: AbstractContextManager[None] = ANYBODY) -> Relay:
        """Start to relay one answer.

        Once there is room the admission is entered; it is left when nothing of the answer is left.

        Raises:
            BusyError: the worker has as many streams as it may have, is about to stop, or the admission was refused.

        """
        with self._lock:
            if Streams._is_draining():
                raise BusyError("server_restarting", retry_after=RETRY_AFTER)
            if 0 < self._settings.max_streams <= len(self._relays):
                raise BusyError("too_many_streams", retry_after=RETRY_AFTER)
            relay = Relay(exchange, self._settings, request_id, on_end=self._end)
            self._relays[relay] = (held, accounts) = _Open(ExitStack(), [*self._accounts])
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="coze-clock", daemon=True).start()
        try:
            held.enter_context(OPEN_STREAMS.track_inprogress())
            held.enter_context(admission)
            _start(relay)
        except BaseException:
            self._forget(relay)
            raise
        accounts += [witness() for witness in self._witnesses]
        return relay

    def _end(self, relay: Relay) -> None:
        for account in self._relays[relay].accounts:
            _tell(account, relay.ending)
        self._forget(relay)

    def _forget(self, relay: Relay) -> None:
        with self._lock:
            held = self._relays.pop(relay).held
        held.close()

    def _watch(self) -> None:
        tick = tick_of(self._settings)
        while relays := self._snapshot():
            now, draining = time.monotonic(), Streams._is_draining()
            for relay in relays:
                _tick(relay, now, draining=draining)
            time.sleep(tick)

    def _snapshot(self) -> list[Relay]:
        with self._lock:
            self._watching = bool(self._relays)
            return list(self._relays)


def _start(relay: Relay) -> None:
    try:
        relay.start()
    except RuntimeError:  # the system has no thread left
        raise BusyError("too_many_streams", retry_after=RETRY_AFTER) from None


def _tell(account: Account, ending: Ending) -> None:
    try:
        account(ending)
    except Exception:
        log.exception("no account was kept of request_id=%s", ending.request_id)


def _tick(relay: Relay, now: float, *, draining: bool) -> None:
    try:
        relay.tick(now, draining=draining)
    except Exception:
        # One answer's fault must not stop the clock of all.
        log.exception("the clock failed for one answer")
