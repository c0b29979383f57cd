"""What is asked of Coze in one stream, and who is to know how it ended."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

from coze_web.answers import Answer, ChatAnswer
from coze_web.errors import CozeWebError, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coze_web.answers import ChatflowAnswer, ResultAnswer, RunAnswer
    from coze_web.call import Call
    from coze_web.ending import Kind
    from coze_web.gateway import Gateway
    from coze_web.prompt import Prompt
    from coze_web.recording import Recording

    AnyRun = RunAnswer | ChatflowAnswer | ResultAnswer

ENDED_ALREADY = "4104"

log = logging.getLogger(__name__)


class Incoming(Protocol):
    """The bytes of an answer, as they come; b"" when nothing did but the call was nudged.

    Attributes:
        logid: Coze's log id.
        is_read: whether it came to its end.

    """

    logid: str

    @property
    def is_read(self) -> bool: ...

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


class Exchange(ABC):
    """One question and its answer.

    Attributes:
        kind: what is asked.
        answer: what is known of it so far.

    """

    kind: Kind
    answer: Answer

    @abstractmethod
    def open(self, call: Call) -> Incoming:
        """Ask; another thread may `call.hang_up()` meanwhile."""

    def settle(self, error: CozeWebError | None, logid: str) -> None:  # noqa: B027 - only some keep a record
        """Learn how it ended, before whoever reads the answer does; quick, and only the first time counts."""

    def cancel(self) -> None:  # noqa: B027 - only some can be cancelled
        """Stop at Coze what was not read to its end; may take seconds."""


class ChatExchange(Exchange):
    """A question to a bot.

    Args:
        answer: what is to be made of what Coze says, where that is not what the page gets.

    """

    kind: Kind = "chat"

    def __init__(self, gateway: Gateway, prompt: Prompt, answer: ChatAnswer | None = None) -> None:
        self.answer: ChatAnswer = answer or ChatAnswer()
        self._gateway = gateway
        self._prompt = prompt

    def open(self, call: Call) -> Incoming:
        """Ask; see `Exchange`."""
        return self._gateway.chats.open(self._prompt, call)

    def cancel(self) -> None:
        """Stop it at Coze, where it would go on and cost tokens; see `Exchange`."""
        # Before Coze has named the chat there is nothing to cancel by; closing the connection is then all we can do.
        answer = self.answer
        if answer.settled or not answer.chat_id:
            return
        try:
            self._gateway.chats.cancel(answer.conversation_id, answer.chat_id, self._prompt.session_name)
        except UpstreamError as error:
            if error.code != ENDED_ALREADY:
                log.warning("chat %s could not be cancelled: %s", answer.chat_id, error.describe())


class RunExchange(Exchange):
    """A run of a workflow, streamed or waited for, or of a chatflow; Coze has no call that stops one."""

    kind: Kind = "run"

    def __init__(self, ask: Callable[[Call], Incoming], answer: AnyRun, recording: Recording) -> None:
        self.answer: AnyRun = answer
        self._ask = ask
        self._recording = recording

    def open(self, call: Call) -> Incoming:
        """Write down that it begins, and ask; see `Exchange`."""
        # Writing may take a while, in which who waited for the run may have been told that it did not begin.
        if not self._recording.begin() or call.hung_up.is_set():
            raise CozeWebError("visitor_left")
        return self._ask(call)

    def settle(self, error: CozeWebError | None, logid: str) -> None:
        """Write down how it ended; see `Exchange`."""
        self._recording.end(error, self.answer.facts, self.answer.usage, logid)


class NoFrames:
    """What comes in after a result that is whole at once."""

    is_read = True

    def __init__(self, logid: str) -> None:
        self.logid = logid

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def close(self) -> None:
        """Nothing is open."""
