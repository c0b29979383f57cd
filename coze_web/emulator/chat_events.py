"""A chat as the schedule of its stream. Pure."""

from __future__ import annotations

from dataclasses import dataclass
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
    """How events are framed, what the last one says, and what one looks like that is broken."""

    frame: Callable[[str, Any], bytes]
    done: Any
    broken: bytes


# The end marker is a JSON string, quotes included.
CHAT = Dialect(wire.event, "[DONE]", b'event:conversation.message.delta\ndata:{"id":"73\n\n')


@dataclass(frozen=True)
class Telling:
    """What a chat says from the Unix time `now` on: the messages of one script, in one dialect."""

    chat: Chat
    script: Script
    messages: list[Message]
    pace: float  # seconds from one token to the next
    now: float
    dialect: Dialect = CHAT
    opening: tuple[str, ...] = CREATED

    def schedule(self) -> Schedule:
        """Return when to say what."""
        kinds = [message.type for message in self.messages]
        spoken = kinds.index("answer") if "answer" in kinds else len(kinds)
        steps, rest = self.messages[:spoken], self.messages[spoken:]
        deltas = self._deltas(rest[0]) if rest else []
        half = len(self.script.reasoning) + len(self.script.tokens) // 2
        first, second = deltas[:half], [] if self.chat.error else deltas[half:]
        over = self.now + (len(first) + len(second)) * self.pace + self.script.fault.seconds
        lead = [*(self._state(status, over) for status in self.opening), *map(self._completed, steps)]
        return arrange(lead, first, second + self._closing(rest, over), self.script.fault, self.dialect.broken)

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
        done = self._step("done", self.dialect.done)
        return [*map(self._completed, messages), self._state(status, over), done]

    def _failure(self, error: dict[str, Any], over: float) -> list[Step]:
        # As recorded from the cloud: no `done` after a failed chat.
        if self.script.fault.name == "error":
            return [self._step("error", error)]
        return [self._state("failed", over)]
