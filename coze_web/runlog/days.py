"""Endings, counted day by day, in the same SQL for both kinds of databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, case, func, select

from coze_web.ending import DONE
from coze_web.runlog.tables import endings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Select, Subquery

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


def read_days(connection: Connection, bounds: Sequence[int]) -> list[Day]:
    """Return the days between the bounds, in milliseconds since 1970.

    Raises:
        SQLAlchemyError: the database failed.

    """
    rows = _rows(bounds)
    days = [Day()] * (len(bounds) - 1)
    for day, chats, failures, tokens in connection.execute(_counts(rows)):
        days[day] = Day(int(chats), int(failures), tokens=int(tokens))
    for day, median, slow in connection.execute(_waits(rows)):
        days[day] = days[day]._replace(first_token=median / 1000, slow_first_token=slow / 1000)
    return days


def _rows(bounds: Sequence[int]) -> Subquery:
    moment = endings.c.ended_at
    day = case(*[(moment < end, number) for number, end in enumerate(bounds[1:])])
    within = select(endings, day.label("day")).where(moment >= bounds[0], moment < bounds[-1])
    return within.subquery()


def _counts(rows: Subquery) -> Select[Any, Any, Any, Any]:
    is_chat = rows.c.kind == "chat"
    has_failed = and_(is_chat, rows.c.outcome.not_in(NO_FAILURES))
    tokens = func.coalesce(func.sum(rows.c.token_count), 0)
    return select(rows.c.day, _number(is_chat), _number(has_failed), tokens).group_by(rows.c.day)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _waits(rows: Subquery) -> Select[Any, Any, Any]:
    # Nearest rank: SQLite has no percentiles of its own.
    wait, day = rows.c.first_token_ms, rows.c.day
    place = func.row_number().over(partition_by=day, order_by=wait).label("place")
    number = func.count().over(partition_by=day).label("number")
    ranked = select(day, wait, place, number).where(rows.c.kind == "chat", wait.is_not(None)).subquery()
    median = func.min(case((ranked.c.place * 2 >= ranked.c.number, ranked.c.first_token_ms)))
    slow = func.min(case((ranked.c.place * 100 >= ranked.c.number * 95, ranked.c.first_token_ms)))
    return select(ranked.c.day, median, slow).group_by(ranked.c.day)
