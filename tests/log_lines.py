"""What the log told of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


def request_lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Give the fields of each request's line."""
    return [record.msg for record in caplog.records if isinstance(record.msg, dict)]
