"""A run of a workflow. Source: Coze API reference, workflow stream_run and stream_resume."""

from __future__ import annotations

from typing import Any

from coze_web.answers.base import Answer
from coze_web.answers.facts import RunFacts


class RunAnswer(Answer):
    """Follows one run, or what is left of it after an interruption.

    Attributes:
        facts: what the run log keeps of it.

    """

    def __init__(self) -> None:
        super().__init__()
        self.facts = RunFacts()
        self._unfinished: dict[str, str] = {}

    @property
    def name(self) -> str:
        """What the log calls it."""
        return f"execute_id={self.facts.execute_id}"

    def farewell(self, logid: str) -> str:
        """Return the data of the terminal `done`."""
        return self.facts.farewell(self.usage, logid)

    def _must_be_read(self, event: str) -> bool:
        return event in {"Message", "Interrupt"}

    def _is_text(self, event: str, data: object) -> bool:
        return event == "Message" and isinstance(data, dict) and bool(data.get("content"))

    def _note(self, event: str, data: dict[str, Any]) -> None:
        self.facts.note_debug_url(data.get("debug_url"))
        self._note_usage(data.get("usage"))
        if event == "Message":
            self._note_message(data)
        elif event == "Interrupt":
            self._note_interrupt(data)
        elif event.lower() == "done":
            self.settled = self.completed = True
            self.facts.output = self.facts.output or "".join(self._unfinished.values())

    def _note_message(self, data: dict[str, Any]) -> None:
        # The end node speaks last, so what the last finished node said is the run's output.
        node = str(data.get("node_execute_uuid") or data.get("node_id") or data.get("node_title"))
        said = self._unfinished.pop(node, "") + str(data.get("content") or "")
        if data.get("node_is_finish"):
            self.facts.output = said
        else:
            self._unfinished[node] = said

    def _note_interrupt(self, data: dict[str, Any]) -> None:
        # Whether Done follows is not documented; the run waits in either case.
        self.settled = self.completed = self.facts.interrupted = True
        interrupt = data.get("interrupt_data")
        self.facts.note_event_id(interrupt.get("event_id") if isinstance(interrupt, dict) else None)
