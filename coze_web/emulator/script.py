"""What a bot or a workflow will say, piece by piece. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from coze_web.emulator.faults import NO_FAULT, Fault
from coze_web.emulator.messages import Message, finished, function_call, interrupted
from coze_web.emulator.wire import as_text, new_id

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# A word with the space before it, a few ideographs, or white space: joined again they are the text, byte for byte.
TOKEN = re.compile(rf"[{CJK}]{{1,3}}|\s?[^\s{CJK}]{{1,16}}|\s+")


@dataclass(frozen=True)
class ToolCall:
    """A tool that the bot uses before it answers; without a `result` it is the client who has to find it."""

    name: str
    arguments: dict[str, str]
    result: dict[str, Any] | None = None

    def messages(self) -> list[Message]:
        """Return the messages that tell of the call, and of its result where there is one."""
        response = [] if self.result is None else [Message("tool_response", as_text(self.result))]
        return [function_call(self.name, self.arguments), *response]


@dataclass(frozen=True)
class Script:
    """What will be said: pieces as they are streamed, and the fault that was asked for.

    `asks` makes the tokens a question, and `outputs` are what a client found by the tools that it was asked to run.
    """

    tokens: tuple[str, ...]
    reasoning: tuple[str, ...] = ()
    tool: ToolCall | None = None
    follow_ups: tuple[str, ...] = ()
    fault: Fault = NO_FAULT
    asks: bool = False
    outputs: tuple[str, ...] = ()

    def without_stream_faults(self) -> Script:
        """Return the script for a request that wants no stream: a fault of the stream cannot show there."""
        return replace(self, fault=self.fault if self.fault.without_stream else NO_FAULT)

    def messages(self) -> list[Message]:
        """Return the messages in the order in which they are completed; at most one has the type "answer"."""
        steps = [Message("tool_response", output) for output in self.outputs]
        steps += self.tool.messages() if self.tool else []
        if self._is_left_to_the_client():
            return steps
        ending = [interrupted(), finished(1)] if self.asks else [finished(0)]
        answer = Message("answer", "".join(self.tokens), "".join(self.reasoning))
        return [*steps, answer, *ending, *(Message("follow_up", text) for text in self.follow_ups)]

    def wants(self) -> dict[str, Any] | None:
        """Return the tool call that a client has to answer before the chat goes on, if there is one."""
        if self.asks:
            return {"id": new_id(), "type": "reply_message"}
        if self.tool is None or not self._is_left_to_the_client():
            return None
        function = {"name": self.tool.name, "arguments": as_text(self.tool.arguments)}
        return {"id": new_id(), "type": "function", "function": function}

    def usage(self, question: str) -> dict[str, int]:
        """Return what the chat is billed for, in tokens."""
        asked, answered = len(tokenise(question)), len(self.reasoning) + len(self.tokens)
        return {"token_count": asked + answered, "output_count": answered, "input_count": asked}

    def _is_left_to_the_client(self) -> bool:
        return self.tool is not None and self.tool.result is None


def tokenise(text: str) -> tuple[str, ...]:
    """Cut a text into tokens: a few ideographs, or a word."""
    return tuple(TOKEN.findall(text))


def is_chinese(text: str) -> bool:
    """Tell whether a text is to be answered in Chinese."""
    return re.search(f"[{CJK}]", text) is not None
