"""How many may run at once under one name."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from limits.storage import MemoryStorage

from coze_web.errors import BusyError
from coze_web.running import Running


@pytest.fixture
def running() -> Running:
    return Running(MemoryStorage, longest=60)


def test_no_more_than_may_and_again_when_one_has_ended(running: Running) -> None:
    with ExitStack() as first, running.one("a", 2, "too_many_at_once"):
        first.enter_context(running.one("a", 2, "too_many_at_once"))
        with pytest.raises(BusyError, match="too_many_at_once") as caught:
            running.one("a", 2, "too_many_at_once").__enter__()
        assert caught.value.retry_after
        first.close()
        with running.one("a", 2, "too_many_at_once"), running.one("b", 2, "too_many_at_once"):
            pass


def test_none_is_no_limit(running: Running) -> None:
    with ExitStack() as many:
        for _ in range(100):
            many.enter_context(running.one("a", 0, "too_many_at_once"))
