"""A run as the schedule of its stream, or of its one answer. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coze_web.emulator.runs import END, MODEL, QUESTION, Execution
from coze_web.emulator.schedule import Ending, Schedule, Step, arrange
from coze_web.emulator.wire import numbered_event

if TYPE_CHECKING:
    from coze_web.emulator.profiles import Cloud
    from coze_web.emulator.runs import Run

BROKEN = b'id: 0\nevent: Message\ndata: {"content":"\n\n'
QUESTION_NODE = 2

Event = tuple[str, dict[str, Any]]


def stream(run: Run, pace: float, profile: Cloud) -> Schedule:
    """Return when to send which event of a run; `pace` is the time from one token to the next in seconds."""

    def step(number: int, event: Event, wait: float) -> Step:
        name, data = event
        return Step(wait, numbered_event(number, name, profile.run_event(name, data, run.debug_url)))

    half = len(run.script.tokens) // 2
    told = [] if run.script.asks else _told(run)
    first, rest = told[:half], [] if run.error else told[half:]
    lines = [step(n, event, pace) for n, event in enumerate(first + rest)]
    closing = [step(n, event, 0) for n, event in enumerate(_closing(run), len(lines))]
    return arrange([], lines[: len(first)], lines[len(first) :] + closing, run.script.fault, BROKEN)


def whole(run: Run, body: bytes, pace: float) -> Schedule:
    """Return when to send the one answer of a run."""
    seconds = duration(run, pace)
    return Schedule([Step(seconds, body)], Ending.COMPLETE, seconds)


def duration(run: Run, pace: float) -> float:
    """Return how many seconds a run takes: half of them where it fails half-way."""
    said = len(run.script.tokens) // 2 if run.error else len(run.script.tokens)
    return said * pace + run.script.fault.seconds


def _told(run: Run) -> list[Event]:
    model = next(execution for execution in reversed(run.executions) if execution.node is MODEL)
    last = len(run.script.tokens) - 1
    return [_message(model, token, n, finish=n == last) for n, token in enumerate(run.script.tokens)]


def _closing(run: Run) -> list[Event]:
    execution = run.executions[-1]
    if run.error:
        # Unverified: that the address comes along, and that no `Done` follows.
        error = {"error_code": run.error["code"], "error_message": run.error["msg"], "debug_url": run.debug_url}
        return [("Error", error)]
    if execution.node is QUESTION:
        # Unverified: that no `Done` follows.
        return [_message(execution, "".join(run.script.tokens), 0, finish=True), ("Interrupt", _interrupt(run))]
    result = _message(execution, run.output, 0, finish=True, usage=run.usage, token=0, cost="0.00")
    return [result, ("Done", {"debug_url": run.debug_url})]


def _interrupt(run: Run) -> dict[str, Any]:
    data = {"data": "", "event_id": f"{run.id}/{run.event}", "type": QUESTION_NODE}
    return {"interrupt_data": data, "node_title": QUESTION.title}


def _message(execution: Execution, content: str, number: int, *, finish: bool, **more: Any) -> Event:
    node = execution.node
    data = {
        "content": content,
        "content_type": "text",
        "node_id": node.id,
        "node_type": node.type,
        # As recorded: the result of the End node comes without a title.
        "node_title": "" if node is END else node.title,
        "node_seq_id": str(number),
        "node_is_finish": finish,
        "node_execute_uuid": execution.uuid,
        **more,
    }
    return "Message", data
