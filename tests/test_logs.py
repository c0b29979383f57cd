"""How a line of the log looks, and that an application which we are a part of keeps its own way."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.logs import formatter, install_logs
from tests.coze_wire import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coze_web import Settings


def record_of(message: str, exc_info: Any = None) -> logging.LogRecord:
    return logging.LogRecord("coze_web.relay", logging.WARNING, "", 0, message, (), exc_info)


def test_every_line_is_one_json_object() -> None:
    line = json.loads(formatter(is_text=False).format(record_of("two\nlines, 问")))
    assert (line["event"], line["level"], line["logger"]) == ("two\nlines, 问", "warning", "coze_web.relay")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("is_text", [True, False])
def test_a_traceback_shows_types_and_places_but_nothing_that_was_said(*, is_text: bool) -> None:
    secret = TOKEN
    try:
        try:
            int(secret)
        except ValueError as error:
            raise LookupError(f"what about {secret}?") from error
    except LookupError as error:
        told = formatter(is_text=is_text).format(record_of("failed", (type(error), error, error.__traceback__)))
    assert told.index("ValueError") < told.index("LookupError")
    assert "test_logs.py" in told
    assert secret not in told
    assert is_text or "\n" not in told


@contextmanager
def lonely() -> Iterator[logging.Logger]:
    """Give a logger that nobody sees to; pytest gives each that does not propagate a handler."""
    logger = logging.getLogger("tests.lonely")
    logger.propagate = False
    logger.handlers.clear()
    try:
        yield logger
    finally:
        logger.handlers.clear()


@pytest.mark.parametrize(("given", "is_json"), [("json", True), ("TEXT", False), ("", True)])
def test_the_format_can_be_set_and_is_json_where_there_is_no_terminal(
    make_settings: Callable[..., Settings], capsys: pytest.CaptureFixture[str], given: str, *, is_json: bool
) -> None:
    with lonely() as logger:
        install_logs(make_settings(COZE_LOG_FORMAT=given), logger.name)
        logger.warning("hello")
    told = capsys.readouterr().err
    assert told.startswith("{") is is_json
    assert "hello" in told


def test_an_applications_own_handlers_are_left_alone(make_settings: Callable[..., Settings]) -> None:
    with lonely() as logger:
        logger.addHandler(own := logging.NullHandler())
        install_logs(make_settings(), logger.name)
        assert logger.handlers == [own]
