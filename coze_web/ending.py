"""How an answer ended, for those who keep account of it: the log, the metrics, the charts."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["chat", "run"]
Verdict = Literal["done", "left", "failed"]
DONE = "done"
LEFT = "visitor_left"


class Ending(NamedTuple):
    """What is known of one answer once nothing is left of it; never what was said.

    Attributes:
        kind: a question to a bot, or a run of a workflow.
        outcome: "done", or the code of the error (`coze_web.catalog`).
        name: the ids that Coze gave, as the log shows them.
        logid: Coze's log id, "" when it gave none.
        seconds: from asking Coze until the response was over.
        first_token: seconds from asking until Coze's first piece of text; None when none came.
        events: how many events were passed on.
        usage: token counts as Coze gave them, None when it gave none.

    """

    kind: Kind
    outcome: str
    request_id: str
    name: str
    logid: str
    seconds: float
    first_token: float | None
    events: int
    usage: dict[str, int] | None

    @property
    def verdict(self) -> Verdict:
        """Whether it came to its proper end, the visitor left before that, or something went wrong."""
        if self.outcome == DONE:
            return "done"
        return "left" if self.outcome == LEFT else "failed"

    @property
    def code(self) -> str:
        """The code of the error, "" where there was none."""
        return "" if self.outcome == DONE else self.outcome
