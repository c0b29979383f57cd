"""The log of runs: those that a filter wants, and one of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, get_args

from flask import request
from pydantic import Field

from coze_web.blueprints.console.base import asked, bp, page
from coze_web.errors import CozeWebError
from coze_web.inputs import Id, Input, Text
from coze_web.resources import RunStatus
from coze_web.runlog import RunFilter
from coze_web.services import services
from coze_web.zone import chosen_zone, start_of

if TYPE_CHECKING:
    from flask import Response

# The day after it is still one of the calendar's.
Day = Annotated[date, Field(le=date.max - timedelta(days=1))]
ONE_DAY = timedelta(days=1)
STATUSES = get_args(RunStatus)


class RunsForm(Input):
    """The filters as the form sends them; both days are meant whole."""

    workflow_id: Id | None = None
    status: RunStatus | None = None
    since: Day | None = None
    until: Day | None = None
    q: Text = ""
    cursor: Text = ""


FILTERS = [name for name in RunsForm.model_fields if name != "cursor"]


@bp.get("/runs")
def runs() -> Response:
    """Search the log."""
    found, problem = None, None
    try:
        found = services().runlog.page(_filter(asked(RunsForm)))
    except CozeWebError as error:
        problem = error
    chosen = {name: value for name in FILTERS if (value := request.args.get(name))}
    filters = {**dict.fromkeys(FILTERS, ""), **chosen}
    return page("runs", problem, found=found, filters=filters, chosen=chosen, statuses=STATUSES)


@bp.get("/runs/<run_id>")
def run(run_id: str) -> Response:
    """Show all that was written down of one run."""
    return page("run", run=services().runlog.find(run_id))


def _filter(wanted: RunsForm) -> RunFilter:
    zone = chosen_zone()
    days = {
        "since": wanted.since and start_of(wanted.since, zone),
        "until": wanted.until and start_of(wanted.until + ONE_DAY, zone),
    }
    return RunFilter(**{**wanted.model_dump(), **days})
