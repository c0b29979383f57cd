"""A log in a file of its own, and a clock that the test moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coze_web.runlog import RunLog
from tests.runlog.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder that does not exist yet."""
    return tmp_path / "instance"


@pytest.fixture
def make_log(folder: Path, clock: Clock) -> Iterator[Callable[..., RunLog]]:
    """Give logs on the same folder; each has the owner of a process of its own."""
    logs = []

    def make(url: str | None = None, **options: Any) -> RunLog:
        settings = {"days": 0, "keeps_content": True, "clock": clock, **options}
        logs.append(RunLog(url, folder=folder, **settings))
        return logs[-1]

    yield make
    for log in logs:
        log.close()


@pytest.fixture
def log(make_log: Callable[..., RunLog]) -> RunLog:
    return make_log()
