"""How our lines of the log look: JSON for machines, text on a terminal."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING

import structlog
from structlog.stdlib import ProcessorFormatter

from coze_web.errors import chain

if TYPE_CHECKING:
    from structlog.typing import ExcInfo, Processor

    from coze_web.settings import Settings


def install_logs(settings: Settings, logger: str = "coze_web") -> None:
    """Write what this logger is told, by default ours, to standard error, unless somebody else sees to it already.

    What libraries say stays unwritten: urllib3 quotes what it cannot read of an answer.

    Only for a process that is ours: of an application that we are a part of, neither its logging nor its structlog is
    touched.
    """
    target = logging.getLogger(logger)
    if target.hasHandlers():
        return
    handler = logging.StreamHandler()
    is_text = sys.stderr.isatty() if settings.log_format is None else settings.log_format == "text"
    handler.setFormatter(formatter(is_text=is_text))
    target.addHandler(handler)


def formatter(*, is_text: bool) -> logging.Formatter:
    """Return what makes a line of anything that is logged, by structlog or not."""
    return ProcessorFormatter(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(_places),
            *(_text() if is_text else _json()),
        ]
    )


def _text() -> list[Processor]:
    # Never the pretty ones: they show the values of variables.
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def _json() -> list[Processor]:
    return [structlog.processors.JSONRenderer(ensure_ascii=False)]


def _places(exc_info: ExcInfo) -> str:
    """Write what was raised, and where, the cause first; not the texts, which may quote what was said."""
    return "\n".join(
        "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
        for error in reversed(chain(exc_info[1]))
    )
