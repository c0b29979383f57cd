"""One row of the catalog."""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """What a code means to a person; the texts may hold {placeholders} that the error's facts fill."""

    status: int
    retryable: bool
    zh: str
    en: str


def again(status: int, zh: str, en: str) -> Advice:
    """Return a row that says that the same request may succeed later."""
    return Advice(status, retryable=True, zh=zh, en=en)


def final(status: int, zh: str, en: str) -> Advice:
    """Return a row that says that it will not."""
    return Advice(status, retryable=False, zh=zh, en=en)
