"""A run that is waited for: no frames, one result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.answers.base import Answer
from coze_web.answers.facts import RunFacts

if TYPE_CHECKING:
    from coze_web.resources import BlockingRun


class ResultAnswer(Answer):
    """Holds the result once it is there.

    Attributes:
        result: None until then.
        facts: what the run log keeps of it.

    """

    def __init__(self) -> None:
        super().__init__()
        self.result: BlockingRun | None = None
        self.facts = RunFacts()

    @property
    def name(self) -> str:
        """What the log calls it."""
        return f"execute_id={self.facts.execute_id}"

    def receive(self, result: BlockingRun) -> str:
        """Take the result, with which all is said; returns its log id."""
        self.result = result
        self.settled = self.completed = self.ended = True
        # Unverified: that a run without output is one that waits for an answer; the SDK drops `interrupt_data`.
        self.facts = RunFacts(result.execute_id or "", output=result.output or "", interrupted=result.output is None)
        self.facts.note_debug_url(result.debug_url)
        self._note_usage(result.usage.model_dump() if result.usage else None)
        return result.logid
