"""What goes into the log of workflow runs, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["running", "succeeded", "failed", "interrupted", "canceled", "unknown"]
Mode = Literal["blocking", "streaming", "resumed", "chat"]


@dataclass(frozen=True, kw_only=True)
class NewRun:
    """What is known when a run is started; `parameters` is JSON text."""

    workflow_id: str
    mode: Mode
    parameters: str = ""
    execute_id: str = ""
    request_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What is known when a run has ended; an empty `execute_id` leaves the one that was noted."""

    status: Status
    execute_id: str = ""
    output: str = ""
    token_count: int | None = None
    input_count: int | None = None
    output_count: int | None = None
    logid: str = ""
    debug_url: str = ""
    error_code: str = ""
    error_message: str = ""


class Run(BaseModel):
    """One run as it is shown; `duration_ms` is None while it runs, and when nobody saw it end."""

    model_config = ConfigDict(frozen=True)

    id: str
    workflow_id: str
    execute_id: str
    request_id: str
    mode: Mode
    status: Status
    started_at: datetime
    ended_at: datetime | None
    duration_ms: int | None
    token_count: int | None
    input_count: int | None
    output_count: int | None
    logid: str
    debug_url: str
    error_code: str
    error_message: str
    parameters: str
    parameters_cut: bool
    output: str
    output_cut: bool


@dataclass(frozen=True, kw_only=True)
class RunFilter:
    """Which runs are wanted, newest first; what is None or "" does not restrict.

    Args:
        since, until: aware; `since` is inclusive, `until` is not.
        q: a piece of text as it stands in the run, no pattern; ASCII letters match in either case.
        cursor: the `next_cursor` of the page before.

    """

    workflow_id: str | None = None
    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""
    cursor: str = ""
    page_size: int = 20


class RunPage(BaseModel):
    """Some runs, newest first; `next_cursor` is None on the last page.

    A keyword that is hard to find may end a page early: it then holds fewer runs than asked for, and has more.
    """

    model_config = ConfigDict(frozen=True)

    items: list[Run]
    has_more: bool
    next_cursor: str | None
