"""The demo bot: a question in, the script of an answer out. Pure."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coze_web.emulator import faults, phrases
from coze_web.emulator.faults import NO_FAULT, Fault
from coze_web.emulator.objects import ANSWER_FINISHED, Message, function_call
from coze_web.emulator.wire import dumps

if TYPE_CHECKING:
    from coze_web.emulator.phrases import Phrases

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# A word with the space before it, a few ideographs, or white space: joined again they are the text, byte for byte.
TOKEN = re.compile(rf"[{CJK}]{{1,3}}|\s?[^\s{CJK}]{{1,16}}|\s+")
MOST_TOKENS = 100_000
LONGEST_TOPIC = 80

THINK = re.compile(r"\b(think|reason|why)|思考|想一想|推理|为什么", re.IGNORECASE)
WEATHER = re.compile(r"\bweather\b|天气", re.IGNORECASE)
TOOL = re.compile(r"\b(tools?|search)\b|工具|搜索", re.IGNORECASE)
SUGGEST = re.compile(r"\b(suggest|follow-?up)|建议|追问", re.IGNORECASE)
MARKDOWN = re.compile(r"\b(markdown|lists?|tables?|code)\b|列表|表格|代码", re.IGNORECASE)


@dataclass(frozen=True)
class ToolCall:
    """A tool that the bot uses before it answers."""

    name: str
    arguments: dict[str, str]
    result: dict[str, Any]


@dataclass(frozen=True)
class Script:
    """What the bot will say: pieces as they are streamed, and the fault that was asked for."""

    tokens: tuple[str, ...]
    reasoning: tuple[str, ...] = ()
    tool: ToolCall | None = None
    follow_ups: tuple[str, ...] = ()
    fault: Fault = NO_FAULT

    def without_stream_faults(self) -> Script:
        """Return the script for a request that wants no stream: a fault of the stream cannot show there."""
        return replace(self, fault=self.fault if self.fault.without_stream else NO_FAULT)

    def messages(self) -> list[Message]:
        """Return the messages in the order in which they are completed; exactly one has the type "answer"."""
        tool = self.tool
        return [
            *([function_call(tool.name, tool.arguments), Message("tool_response", dumps(tool.result))] if tool else ()),
            Message("answer", "".join(self.tokens), "".join(self.reasoning)),
            Message("verbose", ANSWER_FINISHED),
            *(Message("follow_up", text) for text in self.follow_ups),
        ]

    def usage(self, question: str) -> dict[str, int]:
        """Return what the chat is billed for, in tokens."""
        asked, answered = len(tokenise(question)), len(self.reasoning) + len(self.tokens)
        return {"token_count": asked + answered, "output_count": answered, "input_count": asked}

    def error(self) -> dict[str, Any] | None:
        """Return the `last_error` with which the chat fails, if it does."""
        return {"code": 5000, "msg": "event interval error"} if self.fault.fails else None


def tokenise(text: str) -> tuple[str, ...]:
    """Cut a text into tokens: a few ideographs, or a word."""
    return tuple(TOKEN.findall(text))


def write_script(question: str) -> Script:
    """Return the bot's answer to `question`; a line that starts with "/" may be a command (see `/help`)."""
    # Exactly this prefix and nothing stripped: an echo must come back byte for byte.
    if question.startswith("/echo "):
        return Script(tokenise(question.removeprefix("/echo ")))
    match question.split():
        case ["/help"]:
            return Script(tokenise(phrases.HELP))
        case ["/say", count] if re.fullmatch(r"[0-9]{1,6}", count) and int(count) <= MOST_TOKENS:
            return Script(tuple(f"{n} " for n in range(1, int(count) + 1)))
        case ["/say", *_]:
            return Script(tokenise(phrases.MALFORMED.format(f"/say N, N <= {MOST_TOKENS}")))
        case ["/fault", *words]:
            return _fault_script(words)
    return _ordinary_script(question)


def _fault_script(words: list[str]) -> Script:
    try:
        fault = faults.parse(words)
    except ValueError as problem:
        return Script(tokenise(phrases.MALFORMED.format(problem)))
    tokens = ("x" * fault.size,) if fault.name == "big" else tokenise(phrases.FAULT.format(" ".join(words)))
    return Script(tokens, fault=fault)


def _ordinary_script(question: str) -> Script:
    says = phrases.CHINESE if re.search(f"[{CJK}]", question) else phrases.ENGLISH
    topic = _shorten(" ".join(question.split()))
    tool = _tool(question, topic, says)
    parts = [
        says.introduction,
        says.about.format(topic) if topic else "",
        says.tool_said.format(tool.result["summary"]) if tool else "",
        says.markdown if MARKDOWN.search(question) else "",
        # The same question always gets the same answer, another one perhaps another.
        says.closings[zlib.crc32(question.encode("utf-8", "replace")) % len(says.closings)],
    ]
    return Script(
        tokens=tokenise("\n\n".join(part for part in parts if part)),
        reasoning=tokenise(says.reasoning.format(topic)) if THINK.search(question) else (),
        tool=tool,
        follow_ups=says.follow_ups if SUGGEST.search(question) else (),
    )


def _shorten(topic: str) -> str:
    return topic if len(topic) <= LONGEST_TOPIC else f"{topic[: LONGEST_TOPIC - 1].rstrip()}…"


def _tool(question: str, topic: str, says: Phrases) -> ToolCall | None:
    if WEATHER.search(question):
        city = next((city for city in says.cities if city.lower() in question.lower()), says.cities[0])
        return ToolCall("get_weather", {"city": city}, {"summary": says.weather.format(city), "celsius": 24})
    if TOOL.search(question):
        return ToolCall("search", {"query": topic}, {"summary": says.search_result, "hits": 1})
    return None
