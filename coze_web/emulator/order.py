"""Reads what a run of a workflow is asked for. Pure: JSON in, an Order out or a Refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coze_web.emulator.fields import LONGEST_ID, limited, optional, read_json, required
from coze_web.emulator.owner import USER
from coze_web.emulator.refusals import Refusal


@dataclass(frozen=True)
class Order:
    """Which workflow to run for whom, and with which `input`."""

    workflow_id: str
    bot_id: str
    user_id: str
    text: str
    is_async: bool


def read_order(fields: dict[str, Any]) -> Order:
    """Return the order in the fields of a request; refuse 4000 what is missing, of a wrong type, or contradictory."""
    bot_id = limited(fields, "bot_id", LONGEST_ID)
    if bot_id and limited(fields, "app_id", LONGEST_ID):
        raise Refusal(4000, "bot_id and app_id cannot be given together.")
    return Order(
        workflow_id=required(fields, "workflow_id"),
        bot_id=bot_id,
        user_id=optional(optional(fields, "ext", dict, {}), "user_id", str, USER["user_id"]),
        # Unverified: that a workflow runs without its parameter.
        text=optional(_parameters(fields), "input", str, ""),
        is_async=optional(fields, "is_async", bool, default=False),
    )


def _parameters(fields: dict[str, Any]) -> dict[str, Any]:
    found = fields.get("parameters")
    # The documentation has them as an object in one place, as a text of JSON in another: both are taken.
    return read_json(found) if isinstance(found, str) else optional(fields, "parameters", dict, {})
