"""Runs of workflows, as they are written into the run log."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, cast

from coze_web.answers.facts import RunFacts
from coze_web.errors import CozeWebError, RefusedError, UnreachableError, UpstreamError
from coze_web.runlog import NewRun, Outcome

if TYPE_CHECKING:
    from coze_web.gateway import Gateway
    from coze_web.resources import RunHistory
    from coze_web.runlog import Mode, Run, RunLog, Status

CANCELED = {"visitor_left", "chat_canceled", "777777777"}
NO_USAGE: dict[str, int] = {}
POLL = 10.0  # seconds; Coze wants to be asked gently
POLLS = 60


class Recording:
    """The record of one run: begun when Coze is about to be asked, ended once; it never stands in the run's way."""

    def __init__(self, log: RunLog, new: NewRun) -> None:
        self._log = log
        self._new = new
        self._id: str | None = None
        self._over = False
        self._lock = threading.Lock()

    def begin(self) -> bool:
        """Write down that the run begins, unless it was given up before that, which is the answer."""
        with self._lock:
            if not self._over:
                self._id = self._log.begin(self._new)
            return not self._over

    def end(self, error: CozeWebError | None, facts: RunFacts, usage: dict[str, int] | None, logid: str) -> None:
        """Write down how it ended; only the first time counts."""
        with self._lock:
            run_id, self._id, self._over = self._id, None, True
            if run_id is not None:
                self._log.end(run_id, _outcome(error, facts, usage or NO_USAGE, logid))


def new_run(workflow_id: str, mode: Mode, parameters: object, request_id: str, execute_id: str = "") -> NewRun:
    """Return what is known of a run before Coze is asked; the parameters become JSON text."""
    text = json.dumps(parameters, ensure_ascii=False)
    return NewRun(workflow_id=workflow_id, mode=mode, parameters=text, execute_id=execute_id, request_id=request_id)


def recover(log: RunLog, gateway: Gateway) -> None:
    """Close the runs that a dead process left open, as Coze's run history says, and delete the oldest.

    Waits for runs that still go on at Coze, as long as any run may take.
    """
    log.recover(lambda run: _how_it_ended(run, gateway) or UNSEEN)
    log.sweep()


def _how_it_ended(run: Run, gateway: Gateway) -> Outcome | None:
    if not run.execute_id:
        return None
    for _ in range(POLLS):
        try:
            found = gateway.workflows.history(run.workflow_id, run.execute_id)
        except UpstreamError:
            return None
        if found.status != "running":
            return _from_history(found)
        time.sleep(POLL)
    return None


def _from_history(found: RunHistory) -> Outcome:
    usage = found.usage.model_dump() if found.usage else NO_USAGE
    return Outcome(
        status=found.status,
        execute_id=found.execute_id,
        output=_readable(found.output),
        logid=found.logid,
        debug_url=found.debug_url,
        error_code=found.error_code,
        error_message=found.error_message or "",
        **usage,
    )


def _outcome(error: CozeWebError | None, facts: RunFacts, usage: dict[str, int], logid: str) -> Outcome:
    if isinstance(error, RefusedError):
        facts.note_debug_url(error.debug_url)
    return Outcome(
        status=_status(error, facts),
        execute_id=facts.execute_id,
        output=_readable(facts.output),
        logid=logid,
        debug_url=facts.debug_url,
        error_code=error.code if error else "",
        error_message=_message(error) if error else "",
        **usage,
    )


def _readable(output: str) -> str:
    """Write JSON with its characters as they are, so that they are found."""
    if "\\u" not in output:
        return output
    try:
        return json.dumps(json.loads(output), ensure_ascii=False)
    except (ValueError, RecursionError):
        return output


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


UNSEEN = _outcome(CozeWebError("server_died"), RunFacts(), NO_USAGE, "")
