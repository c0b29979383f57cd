"""What `/fault NAME ...` asks for. Pure: text in, a small value out; the faults are played elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from coze_web.emulator.refusals import MESSAGES

# Name -> the numbers it takes, in order; those in brackets may be left out.
USAGE = {
    "slow-start": "SECONDS",
    "stall": "SECONDS",
    "cut": "",
    "end": "",
    "reset": "",
    "failed": "",
    "fail": "",
    "error": "",
    "hang": "",
    "code": "CODE [TIMES]",
    "status": "STATUS [TIMES] [RETRY_AFTER]",
    "html": "",
    "garbage": "",
    "ping": "",
    "split": "",
    "big": "SIZE",
}

# A chat is "failed" and a run of a workflow does "fail": each spells it as its own protocol does.
CHAT = tuple(name for name in USAGE if name != "fail")
WORKFLOW = tuple(name for name in USAGE if name != "failed")

INTERVAL = {"code": 5000, "msg": "event interval error"}
# What the chat or the run itself fails with, half-way, and not its stream alone.
# Unverified: that a chat is failed when its stream ended with an `error` event.
ERRORS = {"failed": INTERVAL, "error": INTERVAL, "fail": {"code": 720701013, "msg": MESSAGES[720701013]}}

# Lowest and highest value. A size or a time without limit would only take the emulator down.
LIMITS = {
    "seconds": (0, 3600),
    "code": (1, 10**12),
    "status": (400, 599),
    "times": (1, 1000),
    "retry_after": (0, 86400),
    "size": (1, 32 * 1024 * 1024),
}


@dataclass(frozen=True)
class Fault:
    """One fault and its numbers: `size` is in bytes, `times` is in a row (None: always)."""

    name: str
    seconds: float = 0
    code: int = 0
    status: int = 0
    times: int | None = None
    retry_after: int | None = None
    size: int = 0

    @property
    def without_stream(self) -> bool:
        """Tell whether the fault also shows where no stream was asked for: it concerns time, outcome or refusal."""
        return self.name in {"slow-start", "stall", "code", "status", "html", "big", *ERRORS}

    @property
    def error(self) -> dict[str, Any] | None:
        """Return what the chat or the run fails with, if it does."""
        return ERRORS.get(self.name)


NO_FAULT = Fault("")


def parse(words: list[str], known: tuple[str, ...]) -> Fault:
    """Return the fault that the words after `/fault` name, one of the `known` ones.

    Raises ValueError, whose text says what was expected.
    """
    name, *values = words or [""]
    if name not in known:
        raise ValueError("/fault " + "|".join(known))
    fields = USAGE[name].split()
    needed = sum(not field.startswith("[") for field in fields)
    if not needed <= len(values) <= len(fields):
        raise ValueError(f"/fault {name} {USAGE[name]}".rstrip())
    names = [field.strip("[]").lower() for field in fields]
    # Numbers that were left out keep their defaults.
    return Fault(name, **{key: _number(key, value) for key, value in zip(names, values, strict=False)})


def _number(key: str, text: str) -> Any:
    low, high = LIMITS[key]
    pattern, read = (r"[0-9]{1,4}(\.[0-9]{1,3})?", float) if key == "seconds" else (r"[0-9]{1,13}", int)
    if not re.fullmatch(pattern, text) or not low <= read(text) <= high:
        raise ValueError(f"{key.upper()} = {low}-{high}")
    return read(text)
