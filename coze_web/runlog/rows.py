"""A run as the table holds it: what is written at its start and at its end, and how it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coze_web.runlog.moments import moment
from coze_web.runlog.records import Run
from coze_web.runlog.text import KEPT_BYTES, cut, is_cut

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from coze_web.runlog.records import NewRun, Outcome

_AS_STORED = Run.model_fields.keys() - {"id", "started_at", "ended_at"}


def at_start(run: NewRun, owner: str, *, keeps_content: bool) -> dict[str, Any]:
    """Return the columns of a run that begins, all but its id."""
    parameters = run.parameters if keeps_content else ""
    return {
        "owner": owner,
        "workflow_id": cut(run.workflow_id),
        "execute_id": cut(run.execute_id),
        "request_id": cut(run.request_id),
        "mode": run.mode,
        "status": "running",
        **dict.fromkeys(("logid", "debug_url", "error_code", "error_message", "output"), ""),
        "parameters": cut(parameters, KEPT_BYTES),
        "parameters_cut": is_cut(parameters),
        "output_cut": False,
    }


def at_end(outcome: Outcome, *, keeps_content: bool) -> dict[str, Any]:
    """Return the columns that an outcome sets; which moment it was is not among them."""
    output = outcome.output if keeps_content else ""
    execute_id = {"execute_id": cut(outcome.execute_id)} if outcome.execute_id else {}
    return {
        **execute_id,
        "status": outcome.status,
        "token_count": outcome.token_count,
        "input_count": outcome.input_count,
        "output_count": outcome.output_count,
        "logid": cut(outcome.logid),
        "debug_url": cut(outcome.debug_url),
        "error_code": cut(outcome.error_code),
        "error_message": cut(outcome.error_message if keeps_content else ""),
        "output": cut(output, KEPT_BYTES),
        "output_cut": is_cut(output),
    }


def run_of(row: RowMapping) -> Run:
    """Return one row as it is shown."""
    ended_at = row["ended_at"]
    return Run(
        id=str(row["id"]),
        started_at=moment(row["id"]),
        ended_at=None if ended_at is None else moment(ended_at),
        **{name: row[name] for name in _AS_STORED},
    )
