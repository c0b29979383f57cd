"""Hanging up on a network call, or having it look up, from another thread."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


MUCH = 4096  # bytes in one read, after which there are likely more
TURNS = 4  # such reads after which others have their turn


class Nudged(Exception):  # noqa: N818 - nothing went wrong
    """Another thread wants this one, which waits for bytes, to look up."""


class Call:
    """One upstream call that another thread may hang up, whatever the call is waiting for.

    Args:
        look_up: after so many seconds without bytes `recv` times out where nobody can nudge it.

    Attributes:
        connecting_since: when it began to connect (`time.monotonic`), the name's lookup included; None once it has.

    """

    def __init__(self, look_up: float | None = None) -> None:
        self.look_up = look_up
        self.hung_up = threading.Event()
        self.connecting_since: float | None = None
        self._socket: Any = None  # a socket, or what wraps one for TLS inside TLS
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def connecting(self) -> Iterator[None]:
        """Count what is done inside as connecting, until a socket is named."""
        self.connecting_since = time.monotonic()
        try:
            yield
        finally:
            self.connecting_since = None

    def hang_up(self) -> None:
        """Wake the thread that waits for this call's bytes; its read then fails at once."""
        with self._lock:
            self.hung_up.set()
            if self._socket is not None:
                # Closing would not wake the reader, and under gevent would raise "reentrant call" in it.
                with contextlib.suppress(OSError):
                    # TLS inside TLS, through an https proxy, wraps a socket without being one.
                    # TLS would forget that it is TLS, and the reader take the rest for plain text.
                    socket.socket.shutdown(getattr(self._socket, "socket", self._socket), socket.SHUT_RDWR)

    @property
    def has_socket(self) -> bool:
        """Whether there is anything to wait on; a mocked answer has nothing."""
        return self._socket is not None

    def listen(self) -> Callable[[int], bytes]:
        """Return the socket's `recv`, which raises Nudged after a nudge, or TimeoutError where nobody can nudge it."""
        sock = self._socket
        if hasattr(sock, "hub"):
            return _waiting_first(sock)
        # A real thread cannot be woken, but its time-outs cost next to nothing.
        sock.settimeout(self.look_up)
        receive: Callable[[int], bytes] = sock.recv
        return receive

    def nudge(self) -> None:
        """Have `recv` raise Nudged; for gevent, where a time-out for each read would cost a fifth of the relay."""
        sock = self._socket
        if hasattr(sock, "hub"):
            sock.hub.cancel_wait(sock._read_event, Nudged)  # noqa: SLF001 - gevent's own `cancel_wait` wants it too

    def attach(self, sock: socket.socket) -> None:
        """Name the socket that the call now waits on; one that was hung up meanwhile ends at once."""
        self.connecting_since = None
        with self._lock:
            self._socket = sock
        if self.hung_up.is_set():
            self.hang_up()

    def detach(self) -> None:
        """Let go of the socket, which may serve another call from now on."""
        with self._lock:
            self._socket = None


current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)


def _waiting_first(sock: Any) -> Callable[[int], bytes]:
    """Return the `recv` of a socket of gevent's, without its asking the system in vain before it waits."""
    held_by_tls = getattr(sock, "pending", int)
    in_a_row = 0  # reads that brought much

    def receive(size: int) -> bytes:
        nonlocal in_a_row
        # While bytes are there at each call nobody else has a turn; after a sleep(0) gevent looks at no other socket.
        if in_a_row % TURNS == 0 and not held_by_tls():
            sock._wait(sock._read_event)  # noqa: SLF001 - public is only a wait that makes a watcher for each call
        data: bytes = sock.recv(size)
        in_a_row = in_a_row + 1 if len(data) >= MUCH else 0
        return data

    return receive
