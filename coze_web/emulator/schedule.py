"""A stream as a schedule: which bytes go out when, how it ends, and how a fault disturbs it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coze_web.emulator.faults import Fault


class Ending(Enum):
    """How the body of a stream ends."""

    COMPLETE = auto()  # everything said, the body ends
    HANG = auto()  # everything said, the body does not end
    SILENT = auto()  # the body ends as if everything were said
    CUT = auto()  # the connection is closed, the body has no end
    RESET = auto()  # the same with a TCP reset


ENDINGS = {"hang": Ending.HANG, "end": Ending.SILENT, "cut": Ending.CUT, "reset": Ending.RESET}


@dataclass(frozen=True)
class Step:
    """Wait so many seconds, then write this in one piece."""

    wait: float
    chunk: bytes


@dataclass(frozen=True)
class Schedule:
    """The steps of a stream, its ending, and after how many seconds the matter is over, whoever listens."""

    steps: list[Step]
    ending: Ending
    duration: float


def arrange(lead: list[Step], first: list[Step], rest: list[Step], fault: Fault, broken: bytes) -> Schedule:
    """Return lead, first half and rest as one schedule, as the fault leaves them; `broken` is an event that is none."""
    duration = sum(step.wait for step in lead + first + rest) + fault.seconds
    steps = _disturb(lead, first, rest, fault, broken)
    return Schedule(steps, ENDINGS.get(fault.name, Ending.COMPLETE), duration)


def _disturb(lead: list[Step], first: list[Step], rest: list[Step], fault: Fault, broken: bytes) -> list[Step]:
    match fault.name:
        case "slow-start":
            first, rest = [], _delayed(first + rest, fault.seconds)
        case "stall":
            rest = _delayed(rest, fault.seconds)
        case "cut":
            rest = [replace(rest[0], chunk=rest[0].chunk[: len(rest[0].chunk) // 2])]
        case "end" | "reset":
            rest = []
        case "garbage":
            rest = [Step(0, broken), *rest]
        case "ping":
            lead, first, rest = [], [], [_noisy(n, step) for n, step in enumerate(lead + first + rest)]
        case "split":
            lead, first, rest = [], [], [piece for step in lead + first + rest for piece in _split(step)]
    return lead + first + rest


def _delayed(steps: list[Step], seconds: float) -> list[Step]:
    return [replace(steps[0], wait=steps[0].wait + seconds), *steps[1:]]


def _noisy(number: int, step: Step) -> Step:
    noise = f": keep-alive\n\nid:{number}\n\nevent:PING\ndata:{{}}\n\n"
    return replace(step, chunk=noise.encode("ascii") + step.chunk)


def _split(step: Step) -> list[Step]:
    first, *others = (step.chunk[n : n + 1] for n in range(len(step.chunk)))
    return [Step(step.wait, first), *(Step(0, byte) for byte in others)]
