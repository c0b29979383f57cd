"""One line of the log for each request, written when nothing is left of it; errors are counted here too."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from flask import g, request
from structlog.stdlib import BoundLogger, ProcessorFormatter

from coze_web import current
from coze_web.metrics import count_error_response
from coze_web.request_line import RequestLine
from coze_web.tracing import tracing

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint, Flask, Response

    from coze_web.ending import Ending
    from coze_web.errors import CozeWebError
    from coze_web.request_line import Told
    from coze_web.settings import Settings

QUIET = {"assets", "ops"}  # blueprints

# Not structlog.get_logger, which does what an application that this may be a part of has told it.
log: BoundLogger = structlog.wrap_logger(
    logging.getLogger(__name__),
    processors=[ProcessorFormatter.wrap_for_formatter],
    wrapper_class=BoundLogger,
    cache_logger_on_first_use=True,
)


def install_request_log(at: Flask | Blueprint, settings: Settings) -> None:
    """Follow every request from here on: what was installed before may refuse one first."""
    tell: list[Told] = [_write, *tracing(settings)]

    def begin() -> None:
        traceparent = request.headers.get("traceparent", "")
        is_quiet = not QUIET.isdisjoint((request.endpoint or "").split("."))
        g.coze_web_line = RequestLine(current.request_id(), tell, traceparent=traceparent, is_quiet=is_quiet)

    at.before_request(begin)
    at.after_request(_note_response)


def await_answer() -> Callable[[Ending], None]:
    """Have the current request's line wait for an answer; return who is to be told how that ended."""
    line: RequestLine = g.coze_web_line
    return line.await_answer()


def note_error(error: CozeWebError) -> None:
    """Note, and count, what the current request is answered with."""
    count_error_response(error.code)
    g.coze_web_line.note(code=error.code, logid=error.logid)


def _note_response(response: Response) -> Response:
    if not current.is_ours():
        return response
    g.coze_web_line.note_response(
        method=request.method,
        # Not the path, in which anything may stand.
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        outcome="done" if response.status_code < HTTPStatus.BAD_REQUEST else "failed",
    )
    return response


def _write(line: RequestLine) -> None:
    log.log(logging.DEBUG if line.is_quiet else logging.INFO, "request", **line.fields)
