"""The counted app with little patience for visitors, a route that holds everybody up, and a bug."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Response

import coze_web.web
import tests.faults.counted  # noqa: F401 - adds its route
from coze_web.answers import Answer
from tests.faults.site import PATIENCE, UNBEARABLE
from wsgi import app

if TYPE_CHECKING:
    from coze_web.sse import Frame

coze_web.web.VISITOR_TIMEOUT = PATIENCE
take = Answer.take


def take_or_fail(self: Answer, frame: Frame) -> Frame | None:
    """Fail as unforeseen code does: at one word, and quoting all."""
    if UNBEARABLE in frame.data:
        raise RuntimeError(frame.data)
    return take(self, frame)


Answer.take = take_or_fail  # type: ignore[method-assign]


@app.get("/spin/<float:seconds>")
def spin(seconds: float) -> Response:
    """Keep the worker's only thread."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return Response(status=204)
