"""Endings, counted for one day, in the same SQL for both kinds of databases."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, case, func, select

from coze_web.ending import DONE
from coze_web.runlog.tables import endings

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

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
    _let_others_run()
    found = connection.execute(select(*sums, func.sum(endings.c.token_count)).where(*within)).one()
    chats, failures, spoke, tokens = (int(number or 0) for number in found)
    # The nearest ranks: SQLite has no percentiles of its own.
    ranks = [-(-spoke * percent // 100) for percent in (50, 95)]
    waits = _waits_at(connection, ranks, [*within, has_spoken]) if spoke else {}
    median, slow = (waits.get(rank) for rank in ranks)
    return Day(chats, failures, median, slow, tokens)


def _waits_at(connection: Connection, ranks: list[int], conditions: list[ColumnElement[bool]]) -> dict[int, float]:
    """Return the waits in seconds at some ranks, the shortest of all being at 1."""
    _let_others_run()
    rank = func.row_number().over(order_by=endings.c.first_token_ms).label("rank")
    ranked = select(rank, endings.c.first_token_ms).where(*conditions).subquery()
    found = connection.execute(select(ranked).where(ranked.c.rank.in_(ranks)))
    return {place: wait / 1000 for place, wait in found}


def _let_others_run() -> None:
    # A large log takes its time, and SQLite holds a worker up: before each query others get their turn.
    time.sleep(0)
