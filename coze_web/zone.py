"""The time zone of who looks at the console: their browser keeps its name in a cookie."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import request

if TYPE_CHECKING:
    from datetime import date

COOKIE = "coze_web_zone"


def chosen_zone() -> tzinfo:
    """Return the zone; UTC where the browser has not said one that is known here."""
    # Browsers say old names (Asia/Calcutta), which slim systems lack; the package tzdata has them.
    try:
        return ZoneInfo(request.cookies.get(COOKIE, "UTC"))
    except (ValueError, KeyError, OSError):  # no name, not known, a folder of names
        return UTC


def start_of(day: date, zone: tzinfo) -> datetime:
    """Return the moment at which a day begins in a zone."""
    return datetime.combine(day, time(), zone)


def last_days(number: int, now: datetime) -> list[date]:
    """Return the last days up to that of an aware moment, oldest first, and the day after it."""
    today = now.date()
    return [today - timedelta(days=count) for count in range(number - 1, -2, -1)]
