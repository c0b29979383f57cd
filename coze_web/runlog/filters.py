"""What a filter means: a range of ids, and conditions on the other columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Text, cast, or_

from coze_web.errors import RequestError
from coze_web.runlog.moments import milliseconds
from coze_web.runlog.tables import runs

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from coze_web.runlog.records import RunFilter

SEARCHED = ("execute_id", "logid", "error_code", "error_message", "parameters", "output")
_SEARCHED = [cast(runs.c.id, Text), *[runs.c[name] for name in SEARCHED]]
_ID = re.compile("[0-9]{1,18}")
_AFTER_ALL = 10**18


class Ids(NamedTuple):
    """The ids from `first` on, up to but without `end`."""

    first: int
    end: int

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """What the id of a run in this range meets."""
        return [runs.c.id >= self.first, runs.c.id < self.end]


def is_id(text: str) -> bool:
    """Say whether a run may have this id, or a page this cursor."""
    return bool(_ID.fullmatch(text))


def ids(wanted: RunFilter) -> Ids:
    """Return the ids that the dates and the cursor leave.

    Raises:
        RequestError: `bad_cursor`, for one that no page gave.

    """
    if wanted.cursor and not is_id(wanted.cursor):
        raise RequestError("bad_cursor")
    cursor = int(wanted.cursor or _AFTER_ALL)
    until = milliseconds(wanted.until) if wanted.until else _AFTER_ALL
    return Ids(milliseconds(wanted.since) if wanted.since else 0, min(cursor, until))


def conditions(wanted: RunFilter, dialect: str) -> list[ColumnElement[bool]]:
    """Return what a run must meet besides its id."""
    found: list[ColumnElement[bool]] = []
    if wanted.workflow_id:
        found.append(runs.c.workflow_id == wanted.workflow_id)
    if wanted.status:
        found.append(runs.c.status == wanted.status)
    if wanted.q:
        # LIKE of SQLite takes ASCII letters in either case by itself.
        name = "contains" if dialect == "sqlite" else "icontains"
        found.append(or_(*[getattr(column, name)(wanted.q, autoescape=True) for column in _SEARCHED]))
    return found
