"""Endings, counted for one day, in the same SQL for both kinds of databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, case, func, select

from coze_web.ending import DONE
from coze_web.runlog.tables import endings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

NO_FAILURES = (DONE, "visitor_left")  # who leaves has not been failed


class Day(NamedTuple):
    """One day.

    Attributes:
        chats, failures: how many chats ended, and how many of them failed; a visitor who left is no failure.
        first_token, slow_first_token: seconds until a chat's first piece of text, the median and the 95th percentile;
            None where no chat said anything.
        tokens: of chats and runs together, as far as Coze told.

    """

    chats: int = 0
    failures: int = 0
    first_token: float | None = None
    slow_first_token: float | None = None
    tokens: int = 0


def read_day(connection: Connection, first: int, end: int) -> Day:
    """Return what happened from a millisecond since 1970 on, up to but without another.

    Raises:
        SQLAlchemyError: the database failed.

    """
    within = [endings.c.ended_at >= first, endings.c.ended_at < end]
    is_chat = endings.c.kind == "chat"
    has_failed = and_(is_chat, endings.c.outcome.not_in(NO_FAILURES))
    has_spoken = and_(is_chat, endings.c.first_token_ms.is_not(None))
    sums = [func.sum(case((condition, 1), else_=0)) for condition in (is_chat, has_failed, has_spoken)]
    found = connection.execute(select(*sums, func.sum(endings.c.token_count)).where(*within)).one()
    chats, failures, spoke, tokens = (int(number or 0) for number in found)
    waits = select(endings.c.first_token_ms).where(*within, has_spoken).order_by(endings.c.first_token_ms)
    median, slow = (_percentile(connection, waits, spoke, percent) for percent in (50, 95))
    return Day(chats, failures, median, slow, tokens)


def _percentile(connection: Connection, waits: Select[Any], number: int, percent: int) -> float | None:
    # The nearest rank: SQLite has no percentiles of its own.
    if not number:
        return None
    rank = -(-number * percent // 100)
    wait: int | None = connection.scalar(waits.offset(rank - 1).limit(1))
    return None if wait is None else wait / 1000
