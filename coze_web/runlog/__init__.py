"""The log of workflow runs, which Coze does not keep: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from coze_web.runlog.breaker import describe
from coze_web.runlog.days import Day
from coze_web.runlog.log import RunLog
from coze_web.runlog.moments import milliseconds
from coze_web.runlog.records import Mode, NewRun, Outcome, Run, RunFilter, RunPage, Status

__all__ = [
    "Day",
    "Mode",
    "NewRun",
    "Outcome",
    "Run",
    "RunFilter",
    "RunLog",
    "RunPage",
    "Status",
    "describe",
    "milliseconds",
]
