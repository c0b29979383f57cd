"""The first page: what the last thirty days were like."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from coze_web.blueprints.console.base import bp, page
from coze_web.charts import chart
from coze_web.runlog import milliseconds
from coze_web.services import services
from coze_web.zone import chosen_zone, last_days, start_of

if TYPE_CHECKING:
    from flask import Response

DAYS = 30


@bp.get("", strict_slashes=False)
def overview() -> Response:
    """Draw chats, failures, the wait for the first token, and tokens, a day each."""
    zone = chosen_zone()
    dates = last_days(DAYS, datetime.now(zone))
    days = services().runlog.endings.days([milliseconds(start_of(day, zone)) for day in dates])
    charts = {
        "chats": chart([day.chats for day in days]),
        "failures": chart([day.failures for day in days]),
        "waits": chart([day.slow_first_token for day in days], [day.first_token for day in days]),
        "tokens": chart([day.tokens for day in days]),
    }
    return page("overview", charts=charts, days=list(zip(dates, days, strict=False)))
