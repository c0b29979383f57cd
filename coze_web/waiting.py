"""Responses that last as long as an answer does: streamed, or whole at its end."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

from flask import Response, request

from coze_web.web import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.relay import Relay

# After so many seconds, or so many heartbeats that did not come, a page takes the connection for lost.
LONGEST_SILENCE = 20
MISSED_HEARTBEATS = 4
CLIENT_CLOSED_REQUEST = 499  # nginx's status for the log; nobody reads this response


def longest_silence(heartbeat: float) -> int:
    """Return after how many milliseconds without a byte a page may give up a stream of ours."""
    return round(max(LONGEST_SILENCE, MISSED_HEARTBEATS * heartbeat) * 1000)


def event_stream(relay: Relay, begun: Iterator[bytes] | None = None) -> Response:
    """Return the response that streams what a relay brings; `begun` is what `begin` returned, if it was called."""
    body = _Body(relay, relay.stream(language(), begun))
    response = Response(body, mimetype="text/event-stream", direct_passthrough=True)
    # nginx and its kind would collect the answer before passing it on.
    response.headers["X-Accel-Buffering"] = "no"
    return response


class _Body:
    """The event stream as the server takes it: straight from the generator, and closed even if it never began."""

    def __init__(self, relay: Relay, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._relay = relay

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        # A generator that was never started runs no `finally`.
        self._relay.close()


def begin(relay: Relay) -> Iterator[bytes]:
    """Wait for the first piece of a relay, or its first heartbeat, and return it with all that follow.

    Raises:
        CozeWebError: the answer failed before, so that the response can have a true status.

    """
    pieces = relay.pieces()
    try:
        first = next(pieces, b"")
    except BaseException:
        relay.close()
        raise
    return _after(first, pieces)


def _after(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from pieces


def wait_for_whole(relay: Relay) -> bool:
    """Read a relay to its end; False when the visitor has left before.

    Raises:
        CozeWebError: the answer did not come to its proper end.

    """
    with closing(relay):
        # Nothing is written before the end, so nothing else would tell.
        return not any(visitor_has_left() for _ in relay.pieces())


def visitor_has_left() -> bool:
    """Say, without waiting or writing to it, whether the visitor closed the connection, or their half of it."""
    connection = request.environ.get("gunicorn.socket")
    if connection is None:
        return False
    patience = connection.gettimeout()
    connection.settimeout(0)
    try:
        # Beneath TLS, which has no look ahead, and may have something to read from who stays.
        return socket.socket.recv(connection, 1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(patience)
