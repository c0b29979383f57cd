"""The counted app; while a file lies in its folder, no name of a host is found, as when a name server is silent."""

from __future__ import annotations

import _socket
import os
from pathlib import Path
from typing import Any

import gevent.monkey

import tests.faults.counted  # noqa: F401 - adds its route
from wsgi import app

__all__ = ["app"]

STUCK = Path(os.environ["TESTS_STUCK"])
sleep = gevent.monkey.get_original("time", "sleep")
look_up = _socket.getaddrinfo


def look_up_or_hang(*args: Any, **kwargs: Any) -> Any:
    """Keep one of gevent's native threads, as the system's own lookup would."""
    while STUCK.exists():
        sleep(0.05)
    return look_up(*args, **kwargs)


_socket.getaddrinfo = look_up_or_hang
