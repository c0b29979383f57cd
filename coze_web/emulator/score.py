"""A chat as a score: which bytes go out when, and how the stream ends. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from coze_web.emulator import wire

if TYPE_CHECKING:
    from coze_web.emulator.bot import Script
    from coze_web.emulator.faults import Fault
    from coze_web.emulator.messages import Message
    from coze_web.emulator.store import Chat

BROKEN = b'event:conversation.message.delta\ndata:{"id":"73\n\n'


class Ending(Enum):
    COMPLETE = auto()  # everything said, the body ends
    HANG = auto()  # everything said, the body does not end
    SILENT = auto()  # the body ends as if everything were said
    CUT = auto()  # the connection is closed, the body has no end
    RESET = auto()  # the same with a TCP reset


ENDINGS = {"hang": Ending.HANG, "end": Ending.SILENT, "cut": Ending.CUT, "reset": Ending.RESET}


@dataclass(frozen=True)
class Beat:
    """Wait so many seconds, then write this in one piece."""

    wait: float
    chunk: bytes


@dataclass(frozen=True)
class Score:
    """The beats of a stream, its ending, and after how many seconds the chat is over, whoever listens."""

    beats: list[Beat]
    ending: Ending
    duration: float


def compose(chat: Chat, script: Script, pace: float) -> Score:
    """Return the score of a chat; `pace` is the time from one token to the next in seconds."""
    kinds = [message.type for message in chat.messages]
    tools, rest = chat.messages[: kinds.index("answer")], chat.messages[kinds.index("answer") :]
    deltas = _deltas(chat, rest[0], script, pace)
    half = len(script.reasoning) + len(script.tokens) // 2
    first, second = deltas[:half], [] if chat.error else deltas[half:]
    duration = (len(first) + len(second)) * pace + script.fault.seconds
    over = chat.created_at + duration
    lead = [
        _beat("conversation.chat.created", chat.view("created", over)),
        _beat("conversation.chat.in_progress", chat.view("in_progress", over)),
        *(_completed(chat, message) for message in tools),
    ]
    closing = _failure(chat, script.fault, over) if chat.error else _success(chat, rest, over)
    beats = _disturb(lead, first, second + closing, script.fault)
    return Score(beats, ENDINGS.get(script.fault.name, Ending.COMPLETE), duration)


def _beat(name: str, data: object, wait: float = 0) -> Beat:
    return Beat(wait, wire.event(name, data))


def _completed(chat: Chat, message: Message) -> Beat:
    return _beat("conversation.message.completed", message.event(chat))


def _deltas(chat: Chat, answer: Message, script: Script, pace: float) -> list[Beat]:
    # Unverified: that reasoning comes under the answer's own message id, and is not repeated when it is completed.
    changes = [{"content": "", "reasoning_content": piece} for piece in script.reasoning]
    changes += [{"content": token} for token in script.tokens]
    return [_beat("conversation.message.delta", answer.event(chat, **change), pace) for change in changes]


def _success(chat: Chat, messages: list[Message], over: float) -> list[Beat]:
    # Unverified: what the cloud sends last to the stream of a cancelled chat. Here it goes on as if not cancelled.
    completed = _beat("conversation.chat.completed", chat.view("completed", over))
    return [*(_completed(chat, message) for message in messages), completed, Beat(0, wire.DONE)]


def _failure(chat: Chat, fault: Fault, over: float) -> list[Beat]:
    # As recorded from the cloud: no `done` after a failed chat.
    if fault.name == "error":
        return [_beat("error", chat.error)]
    return [_beat("conversation.chat.failed", chat.view("failed", over))]


def _disturb(lead: list[Beat], first: list[Beat], rest: list[Beat], fault: Fault) -> list[Beat]:
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
            rest = [Beat(0, BROKEN), *rest]
        case "ping":
            lead, first, rest = [], [], [_noisy(n, beat) for n, beat in enumerate(lead + first + rest)]
        case "split":
            lead, first, rest = [], [], [piece for beat in lead + first + rest for piece in _split(beat)]
    return lead + first + rest


def _delayed(beats: list[Beat], seconds: float) -> list[Beat]:
    return [replace(beats[0], wait=beats[0].wait + seconds), *beats[1:]]


def _noisy(number: int, beat: Beat) -> Beat:
    noise = f": keep-alive\n\nid:{number}\n\nevent:PING\ndata:{{}}\n\n"
    return replace(beat, chunk=noise.encode("ascii") + beat.chunk)


def _split(beat: Beat) -> list[Beat]:
    first, *others = (beat.chunk[n : n + 1] for n in range(len(beat.chunk)))
    return [Beat(beat.wait, first), *(Beat(0, byte) for byte in others)]
