"""A chat as the schedule of its stream. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coze_web.emulator import wire
from coze_web.emulator.schedule import Schedule, Step, arrange

if TYPE_CHECKING:
    from collections.abc import Callable

    from coze_web.emulator.chats import Chat
    from coze_web.emulator.messages import Message
    from coze_web.emulator.script import Script

CREATED = ("created", "in_progress")
# Unverified: by which event the stream of a chat goes on after it has waited.
RESUMED = ("in_progress",)


@dataclass(frozen=True)
class Dialect:
    """How events are framed, the last one, and one that is broken.

    `error` makes the data of an `error` event where every failure is one, `leaves_out` are events and types of messages
    that are not sent, and `numbered` events have ids, from 1.
    """

    frame: Callable[[str, Any], bytes]
    done: bytes
    broken: bytes
    error: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    leaves_out: frozenset[str] = frozenset()
    numbered: bool = False

    def number(self, steps: list[Step], first: int) -> list[Step]:
        """Return the steps with their ids, where they have some."""
        if not self.numbered:
            return steps
        return [replace(step, chunk=b"id: %d\n" % n + step.chunk) for n, step in enumerate(steps, first)]


# The end marker is a JSON string, quotes included.
CHAT = Dialect(wire.event, wire.event("done", "[DONE]"), b'event:conversation.message.delta\ndata:{"id":"73\n\n')


@dataclass(frozen=True)
class Telling:
    """What a chat says from the Unix time `now` on: the messages of one script, in one dialect."""

    chat: Chat
    script: Script
    messages: list[Message]
    pace: float  # seconds from one token to the next
    now: float
    dialect: Dialect
    opening: tuple[str, ...] = CREATED

    def schedule(self) -> Schedule:
        """Return when to say what."""
        messages = [message for message in self.messages if message.type not in self.dialect.leaves_out]
        kinds = [message.type for message in messages]
        spoken = kinds.index("answer") if "answer" in kinds else len(kinds)
        steps, rest = messages[:spoken], messages[spoken:]
        deltas = self._deltas(rest[0]) if rest else []
        half = len(self.script.reasoning) + len(self.script.tokens) // 2
        first, second = deltas[:half], [] if self.chat.error else deltas[half:]
        over = self.now + (len(first) + len(second)) * self.pace + self.script.fault.seconds
        lead = [*(self._state(status, over) for status in self.opening), *map(self._completed, steps)]
        rest_steps = second + self._closing(rest, over)
        number = self.dialect.number
        return arrange(
            number(lead, 1),
            number(first, 1 + len(lead)),
            number(rest_steps, 1 + len(lead) + len(first)),
            self.script.fault,
            self.dialect.broken,
        )

    def _step(self, name: str, data: object, wait: float = 0) -> Step:
        return Step(wait, self.dialect.frame(name, data))

    def _state(self, status: str, over: float) -> Step:
        return self._step(f"conversation.chat.{status}", self.chat.view(status, over))

    def _completed(self, message: Message) -> Step:
        return self._step("conversation.message.completed", message.event(self.chat))

    def _deltas(self, answer: Message) -> list[Step]:
        # Unverified: that reasoning comes under the answer's own message id, and is not repeated when it is completed.
        changes = [{"content": "", "reasoning_content": piece} for piece in self.script.reasoning]
        changes += [{"content": token} for token in self.script.tokens]
        events = (answer.event(self.chat, **change) for change in changes)
        return [self._step("conversation.message.delta", event, self.pace) for event in events]

    def _closing(self, messages: list[Message], over: float) -> list[Step]:
        if self.chat.error:
            return self._failure(self.chat.error, over)
        # Unverified: what the cloud sends last to the stream of a cancelled chat. Here it goes on as if not cancelled.
        # Unverified: that `done` follows a chat that requires an action.
        status = "requires_action" if self.chat.wants else "completed"
        ended = [] if f"conversation.chat.{status}" in self.dialect.leaves_out else [self._state(status, over)]
        return [*map(self._completed, messages), *ended, Step(0, self.dialect.done)]

    def _failure(self, error: dict[str, Any], over: float) -> list[Step]:
        # As recorded from the cloud, and as Studio's code has it: no `done` after a failed chat.
        if self.dialect.error:
            return [self._step("error", self.dialect.error(error))]
        if self.script.fault.name == "error":
            return [self._step("error", error)]
        return [self._state("failed", over)]
