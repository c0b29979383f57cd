"""What relaying one event costs, in calls of functions, which do not vary with the machine as seconds do."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from coze_web import create_app
from tests.coze_wire import BEGIN, delta
from tests.upstream import CHUNKED, Connection, chunk, read_to, upstream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coze_web.settings import Settings

EVENTS = 200
# 38 on Python 3.12 and 39 on 3.11 when this was written (docs/performance.md).
LIMIT = 41


def test_an_event_takes_few_calls(make_settings: Callable[..., Settings]) -> None:
    """Given events that come one by one, when they are relayed, then each takes no more calls than it did."""
    wanted = threading.Semaphore(0)

    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(BEGIN))
        while wanted.acquire():
            connection.send(chunk(delta("hello")))

    with upstream(script) as coze:
        client = create_app(make_settings(COZE_API_BASE_URL=coze.url, COZE_WEB_HEARTBEAT="15")).test_client()
        response = client.post("/api/v1/coze/chat", json={"message": "hi"}, buffered=False)
        pieces: Iterator[bytes] = iter(response.response)  # type: ignore[arg-type]
        read_to(b"conversation.chat.in_progress", pieces)
        relay_one(wanted, pieces)
        calls = sum(calls_of_one(wanted, pieces) for _ in range(EVENTS)) / EVENTS
        response.close()
    assert calls <= LIMIT


def relay_one(wanted: threading.Semaphore, pieces: Iterator[bytes]) -> None:
    wanted.release()
    read_to(b"conversation.message.delta", pieces)


def calls_of_one(wanted: threading.Semaphore, pieces: Iterator[bytes]) -> int:
    count = 0

    def note(frame: object, event: str, argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    wanted.release()
    sys.setprofile(note)
    try:
        piece = next(pieces)
    finally:
        sys.setprofile(None)
    assert b"conversation.message.delta" in piece
    return count
