"""What is known of one request, from its first header until nothing is left of its answer; never what was said."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coze_web.ending import Ending

    Told = Callable[["RequestLine"], None]

COUNTS = {"input_tokens": "input_count", "output_tokens": "output_count"}


class RequestLine:
    """Gathers the fields of one line; the response, and the answer if there is one, are over in either order.

    Args:
        tell: are told once all is over, in the thread that ended it.

    Attributes:
        traceparent: whose part the caller says this is (W3C Trace Context), "" for nobody's.
        is_quiet: one of the many that are asked for by machines only.
        started: seconds since the epoch.

    """

    def __init__(self, request_id: str, tell: Iterable[Told], *, traceparent: str, is_quiet: bool) -> None:
        self.traceparent = traceparent
        self.is_quiet = is_quiet
        self.started = time.time()
        self._response: dict[str, Any] = {"request_id": request_id}
        self._answer: dict[str, Any] = {}
        self._tell = tell
        self._begun = time.monotonic()
        self._awaited = 1
        self._lock = threading.Lock()

    @property
    def fields(self) -> dict[str, Any]:
        """What the line says; of an answer its end counts, not that its headers were sent."""
        return {**self._response, **self._answer}

    def note(self, **fields: Any) -> None:
        """Note what is known before the response is on its way."""
        self._response.update(fields)

    def note_response(self, **fields: Any) -> None:
        """Note that the response is on its way; to be called once."""
        self.note(**fields, seconds=round(time.monotonic() - self._begun, 3))
        self._end()

    def await_answer(self) -> Callable[[Ending], None]:
        """Wait for an answer too, and return who is to be told how it ended."""
        with self._lock:
            self._awaited += 1
        return self._note_ending

    def _note_ending(self, ending: Ending) -> None:
        self._answer = _of_answer(ending)
        self._end()

    def _end(self) -> None:
        with self._lock:
            self._awaited -= 1
            is_over = not self._awaited
        if is_over:
            for told in self._tell:
                told(self)


def _of_answer(ending: Ending) -> dict[str, Any]:
    usage = ending.usage or {}
    return {
        "outcome": ending.verdict,
        "code": ending.code,
        "logid": ending.logid,
        "seconds": round(ending.seconds, 3),
        "first_token": None if ending.first_token is None else round(ending.first_token, 3),
        "events": ending.events,
        **{field: usage.get(name) for field, name in COUNTS.items()},
        "kind": ending.kind,
        "answer": ending.name,
    }
