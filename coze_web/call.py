"""Hanging up on a network call from another thread."""

from __future__ import annotations

import contextlib
import socket
import threading
from contextvars import ContextVar


class Call:
    """One upstream call that another thread may hang up, whatever the call is waiting for."""

    def __init__(self) -> None:
        self.hung_up = threading.Event()
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def hang_up(self) -> None:
        """Wake the thread that waits for this call's bytes; its read then fails at once."""
        with self._lock:
            self.hung_up.set()
            if self._socket is not None:
                # Closing would not wake the reader, and under gevent would raise "reentrant call" in it.
                with contextlib.suppress(OSError):
                    # TLS inside TLS, through an https proxy, wraps a socket without being one.
                    getattr(self._socket, "socket", self._socket).shutdown(socket.SHUT_RDWR)

    def attach(self, sock: socket.socket) -> None:
        """Name the socket that the call now waits on."""
        with self._lock:
            self._socket = sock
        if self.hung_up.is_set():
            self.hang_up()

    def detach(self) -> None:
        """Let go of the socket, which may serve another call from now on."""
        with self._lock:
            self._socket = None


current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)
