"""Runs of workflows, as they are written into the run log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from coze_web.answers.facts import RunFacts
from coze_web.errors import CozeWebError, RefusedError, UnreachableError, UpstreamError
from coze_web.runlog import NewRun, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from coze_web.gateway import Gateway
    from coze_web.resources import BlockingRun
    from coze_web.runlog import Mode, Run, RunLog, Status

CANCELED = {"visitor_left", "chat_canceled", "777777777"}
NO_USAGE: dict[str, int] = {}


class Recording:
    """The record of one run: begun when Coze is asked, ended once."""

    def __init__(self, log: RunLog, new: NewRun) -> None:
        self._log = log
        self._new = new
        self._id: str | None = None

    def begin(self) -> None:
        """Write down that the run begins."""
        self._id = self._log.begin(self._new)

    def end(self, error: CozeWebError | None, facts: RunFacts, usage: dict[str, int] | None, logid: str) -> None:
        """Write down how it ended; only the first time counts, and nothing where nothing was begun."""
        run_id, self._id = self._id, None
        if run_id is not None:
            self._log.end(run_id, _outcome(error, facts, usage or NO_USAGE, logid))


def new_run(workflow_id: str, mode: Mode, parameters: object, request_id: str, execute_id: str = "") -> NewRun:
    """Return what is known of a run before Coze is asked; the parameters become JSON text."""
    text = json.dumps(parameters, ensure_ascii=False)
    return NewRun(workflow_id=workflow_id, mode=mode, parameters=text, execute_id=execute_id, request_id=request_id)


def run_and_record(run: Callable[[], BlockingRun], log: RunLog, new: NewRun) -> BlockingRun:
    """Make a blocking run and write it down.

    Raises:
        CozeWebError: what the run raised.

    """
    recording = Recording(log, new)
    recording.begin()
    try:
        made = run()
    except BaseException as error:
        known = error if isinstance(error, CozeWebError) else CozeWebError("internal_error")
        recording.end(known, RunFacts(), None, known.logid)
        raise
    # Unverified: that a run without output is one that waits for an answer; the SDK drops `interrupt_data`.
    facts = RunFacts(made.execute_id or "", output=made.output or "", interrupted=made.output is None)
    facts.note_debug_url(made.debug_url)
    recording.end(None, facts, made.usage.model_dump() if made.usage else None, made.logid)
    return made


def recover(log: RunLog, gateway: Gateway) -> None:
    """Close the runs that were open when a process died, as Coze's run history says; see `RunLog.recover`."""

    def resolve(run: Run) -> Outcome | None:
        if not run.execute_id:
            return None
        try:
            found = gateway.workflows.history(run.workflow_id, run.execute_id)
        except UpstreamError:
            return None
        if found.status == "running":
            return None
        usage = found.usage
        return Outcome(
            status=cast("Status", found.status),
            execute_id=found.execute_id,
            output=found.output,
            token_count=usage.token_count if usage else None,
            input_count=usage.input_count if usage else None,
            output_count=usage.output_count if usage else None,
            logid=found.logid,
            debug_url=found.debug_url,
            error_code=found.error_code,
            error_message=found.error_message or "",
        )

    log.recover(resolve)


def _outcome(error: CozeWebError | None, facts: RunFacts, usage: dict[str, int], logid: str) -> Outcome:
    refused = error if isinstance(error, RefusedError) else None
    return Outcome(
        status=_status(error, facts),
        execute_id=facts.execute_id,
        output=facts.output,
        token_count=_count(usage, "token_count"),
        input_count=_count(usage, "input_count"),
        output_count=_count(usage, "output_count"),
        logid=logid,
        debug_url=facts.debug_url or (refused.debug_url if refused else ""),
        error_code=error.code if error else "",
        error_message=_message(error) if error else "",
    )


def _status(error: CozeWebError | None, facts: RunFacts) -> Status:
    if error is None:
        return cast("Status", facts.status)
    if error.code in CANCELED:
        return "canceled"
    if isinstance(error, UnreachableError) or (isinstance(error, RefusedError) and error.is_json):
        return "failed"
    # Whether the run goes on at Coze cannot be known from here.
    return "unknown"


def _message(error: CozeWebError) -> str:
    if isinstance(error, RefusedError) and error.text:
        return error.text
    return f"{error.body('en', '')['message']} / {error.body('zh', '')['message']}"


def _count(usage: dict[str, int], name: str) -> int | None:
    value = usage.get(name)
    return value if isinstance(value, int) else None
