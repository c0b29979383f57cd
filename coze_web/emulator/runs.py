"""The runs of the demo workflow. Time moves a run; nothing runs in the background."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coze_web.emulator.refusals import Refusal
from coze_web.emulator.wire import as_text, new_id
from coze_web.emulator.workflows import debug_url

if TYPE_CHECKING:
    from coze_web.emulator.order import Order
    from coze_web.emulator.script import Script

SYNCHRONOUS, STREAMING, ASYNCHRONOUS = range(3)


@dataclass(frozen=True)
class Node:
    """A node of the demo workflow."""

    id: str
    title: str
    type: str


START = Node("100001", "Start", "Start")
QUESTION = Node("120001", "Question", "Question")
MODEL = Node("130001", "Model", "LLM")
END = Node("900001", "End", "End")


@dataclass(eq=False)
class Execution:
    """One node as a run came to it; `done` unless it is to be done with the run as a whole."""

    node: Node
    output: str = ""
    done: bool = False
    uuid: str = field(default_factory=new_id)


@dataclass(eq=False)
class Run:
    """One run: busy until `due` (Unix seconds), then over, or waiting for the answer to its question."""

    noun = "run"

    order: Order
    mode: int
    created_at: float
    logid: str
    script: Script
    answers: tuple[str, ...] = ()
    error: dict[str, Any] | None = None
    event: str = ""
    id: str = field(default_factory=new_id)
    due: float = math.inf
    executions: list[Execution] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.executions.append(Execution(START, as_text({"input": self.order.text}), done=True))
        self.go_on(self.script)

    def go_on(self, script: Script) -> None:
        """Take up a script: the first one, or the one that follows on an answer."""
        self.script = script
        self.error = script.fault.error
        self.due = math.inf
        if script.asks:
            self.event = new_id()
            self.executions.append(Execution(QUESTION))
        else:
            self.executions += [Execution(MODEL, "".join(script.tokens)), Execution(END, self.output)]

    def answer(self, text: str) -> None:
        """Note the answer to the question that the run waits with."""
        self.answers = (*self.answers, text)
        self.event = ""
        self.executions[-1].output = as_text({"USER_RESPONSE": text})
        self.executions[-1].done = True

    @property
    def output(self) -> str:
        """Return what the End node gives, as JSON."""
        return as_text({"output": "".join(self.script.tokens)})

    @property
    def usage(self) -> dict[str, int]:
        """Return what the run is billed for, in tokens."""
        return self.script.usage(self.order.text)

    @property
    def debug_url(self) -> str:
        """Return where the real Coze would show this run."""
        return debug_url(self.order.workflow_id, self.id)

    def ids(self) -> dict[str, str]:
        """Return by which ids the journal knows this run."""
        return {"execute_id": self.id, "workflow_id": self.order.workflow_id, "user_id": self.order.user_id}

    def finish(self, now: float) -> None:
        """End the run: its stream was played to the end, perhaps a rounding error ahead of its due time."""
        self.due = min(self.due, now)

    def status(self, now: float) -> str:
        """Return the status as a run history spells it."""
        if now < self.due:
            return "Running"
        if self.error:
            return "Fail"
        # Unverified: how a run that waits for an answer is shown. There are only these three.
        return "Running" if self.script.asks else "Success"

    def is_finished(self, execution: Execution, now: float) -> bool:
        """Tell whether the run is through with this node."""
        return execution.done or self.status(now) == "Success"


class Runs:
    """All runs of one emulator."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}

    def add(self, run: Run) -> None:
        """Keep a new run."""
        self._runs[run.id] = run

    def find(self, workflow_id: str, execute_id: str) -> Run:
        """Return a run of this workflow; refuse 4314 where there is none."""
        run = self._runs.get(execute_id)
        if run is None or run.order.workflow_id != workflow_id:
            raise Refusal(4314)
        return run

    def waiting(self, workflow_id: str, event_id: str) -> Run:
        """Return the run that waits with this event; refuse 4314 (no such run) or 4315 (it waits for nothing)."""
        execute_id, _, event = event_id.partition("/")
        run = self.find(workflow_id, execute_id)
        # Unverified: both codes, where it is the event that is unknown.
        if not event or run.event != event:
            raise Refusal(4315)
        return run
