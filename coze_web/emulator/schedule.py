"""A chat as a schedule: which bytes go out when, and how the stream ends. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from coze_web.emulator import wire

if TYPE_CHECKING:
    from coze_web.emulator.bot import Script
    from coze_web.emulator.faults import Fault
    from coze_web.emulator.objects import Chat, Message

BROKEN = b'event:conversation.message.delta\ndata:{"id":"73\n\n'


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
    """The steps of a stream, its ending, and after how many seconds the chat is over, whoever listens."""

    steps: list[Step]
    ending: Ending
    duration: float


def compose(chat: Chat, script: Script, pace: float) -> Schedule:
    """Return the schedule of a chat; `pace` is the time from one token to the next in seconds."""
    kinds = [message.type for message in chat.messages]
    tools, rest = chat.messages[: kinds.index("answer")], chat.messages[kinds.index("answer") :]
    deltas = _deltas(chat, rest[0], script, pace)
    half = len(script.reasoning) + len(script.tokens) // 2
    first, second = deltas[:half], [] if chat.error else deltas[half:]
    duration = (len(first) + len(second)) * pace + script.fault.seconds
    over = chat.created_at + duration
    lead = [
        _step("conversation.chat.created", chat.view("created", over)),
        _step("conversation.chat.in_progress", chat.view("in_progress", over)),
        *(_completed(chat, message) for message in tools),
    ]
    closing = _failure(chat, script.fault, over) if chat.error else _success(chat, rest, over)
    steps = _disturb(lead, first, second + closing, script.fault)
    return Schedule(steps, ENDINGS.get(script.fault.name, Ending.COMPLETE), duration)


def _step(name: str, data: object, wait: float = 0) -> Step:
    return Step(wait, wire.event(name, data))


def _completed(chat: Chat, message: Message) -> Step:
    return _step("conversation.message.completed", message.event(chat))


def _deltas(chat: Chat, answer: Message, script: Script, pace: float) -> list[Step]:
    # Unverified: that reasoning comes under the answer's own message id, and is not repeated when it is completed.
    changes = [{"content": "", "reasoning_content": piece} for piece in script.reasoning]
    changes += [{"content": token} for token in script.tokens]
    return [_step("conversation.message.delta", answer.event(chat, **change), pace) for change in changes]


def _success(chat: Chat, messages: list[Message], over: float) -> list[Step]:
    # Unverified: what the cloud sends last to the stream of a cancelled chat. Here it goes on as if not cancelled.
    completed = _step("conversation.chat.completed", chat.view("completed", over))
    return [*(_completed(chat, message) for message in messages), completed, Step(0, wire.DONE)]


def _failure(chat: Chat, fault: Fault, over: float) -> list[Step]:
    # As recorded from the cloud: no `done` after a failed chat.
    if fault.name == "error":
        return [_step("error", chat.error)]
    return [_step("conversation.chat.failed", chat.view("failed", over))]


def _disturb(lead: list[Step], first: list[Step], rest: list[Step], fault: Fault) -> list[Step]:
    """Return lead, first half of the answer, and rest, as the fault leaves them."""
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
            rest = [Step(0, BROKEN), *rest]
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
