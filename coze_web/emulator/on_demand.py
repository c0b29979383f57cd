"""The refusals that a `/fault` asks for before anything starts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from coze_web.emulator.refusals import PlainRefusal, Refusal

if TYPE_CHECKING:
    from coze_web.emulator.faults import Fault

BAD_GATEWAY = """<!DOCTYPE html>
<html><head><title>502 Bad Gateway</title></head>
<body><h1>502 Bad Gateway</h1><hr><p>emulated gateway</p></body></html>
"""


class Repeats:
    """Counts how often each question was refused."""

    def __init__(self) -> None:
        self._refused: Counter[str] = Counter()

    def again(self, question: str, times: int | None) -> bool:
        """Tell whether to refuse this very question: `times` in a row, then one answer; None means always."""
        if times is None:
            return True
        self._refused[question] = (self._refused[question] + 1) % (times + 1)
        return self._refused[question] != 0


def refuse_on_demand(question: str, fault: Fault, repeats: Repeats) -> None:
    """Refuse where the fault says so: with a code, with a status, or with a web page."""
    if fault.name == "html":
        raise PlainRefusal(502, BAD_GATEWAY, {"Content-Type": "text/html; charset=utf-8"})
    if fault.name not in {"code", "status"} or not repeats.again(question, fault.times):
        return
    if fault.name == "code":
        raise Refusal(fault.code)
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    raise PlainRefusal(fault.status, "emulated refusal\n", headers)
