"""Serves the emulator with gevent, without monkey-patching: only what is in here waits, and it waits by gevent."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
import time
from typing import Any

import gevent
from gevent.pywsgi import WSGIHandler, WSGIServer

from coze_web.emulator import ProfileName, create_emulator
from coze_web.emulator.environment import variables
from coze_web.emulator.stream import SOCKET


class GeventClock:
    """Time that lets the other connections go on while it passes."""

    def time(self) -> float:
        return time.time()

    def sleep(self, seconds: float, /) -> None:
        gevent.sleep(seconds)


class Handler(WSGIHandler):
    """Hands the client's socket to the app, and is not surprised when a client leaves."""

    ignored_socket_errors = (errno.EPIPE, errno.ECONNRESET, errno.ECONNABORTED, errno.ETIMEDOUT, errno.EBADF)

    def handle(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle()

    def get_environ(self) -> dict[str, Any]:
        # The plain socket below gevent's: gevent's own would wait for data even where it is only looked at.
        return {**super().get_environ(), SOCKET: self.socket._sock}  # type: ignore[attr-defined]  # noqa: SLF001


def serve(host: str, port: int, tokens_per_second: float, profile: ProfileName = "cloud") -> None:
    """Serve until SIGTERM or SIGINT, then return; `port` 0 takes a free one.

    Prints the address and the variables that point a Coze client here, one per line. Exits with status 1 and a
    message on stderr where it cannot listen.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    app = create_emulator(tokens_per_second=tokens_per_second, clock=GeventClock(), profile=profile)
    server = WSGIServer((host, port), app, log=None, handler_class=Handler)
    for signum in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(signum, server.stop, 0)
    try:
        server.start()
    except OSError as problem:
        reason = problem.strerror or problem
        sys.exit(f"无法监听 {host}:{port}，端口可能已被占用。Cannot listen on {host}:{port}: {reason}")
    _announce(f"http://{host}:{server.server_port}", profile)
    server.serve_forever()


def _announce(address: str, profile: ProfileName) -> None:
    line = f"嵌入式 Coze 已启动 / Embedded Coze is listening on {address}"
    sys.stdout.write("\n".join((line, *variables(address, profile))) + "\n")
    sys.stdout.flush()
