"""The demo bot: a question in, the script of an answer out. Pure."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from coze_web.emulator import faults, phrases
from coze_web.emulator.commands import CHAT_HELP, carry_out, malformed
from coze_web.emulator.script import Script, ToolCall, is_chinese, tokenise

if TYPE_CHECKING:
    from coze_web.emulator.phrases import Phrases

LONGEST_TOPIC = 80
TOOL_NAME = r"[A-Za-z0-9_-]{1,64}"

THINK = re.compile(r"\b(think|reason|why)|思考|想一想|推理|为什么", re.IGNORECASE)
WEATHER = re.compile(r"\bweather\b|天气", re.IGNORECASE)
TOOL = re.compile(r"\b(tools?|search)\b|工具|搜索", re.IGNORECASE)
SUGGEST = re.compile(r"\b(suggest|follow-?up)|建议|追问", re.IGNORECASE)
MARKDOWN = re.compile(r"\b(markdown|lists?|tables?|code)\b|列表|表格|代码", re.IGNORECASE)


def write_script(question: str) -> Script:
    """Return the bot's answer to `question`; a line that starts with "/" may be a command (see `/help`)."""
    match question.split():
        case ["/help"]:
            return Script(tokenise(CHAT_HELP))
        case ["/tool", name] if re.fullmatch(TOOL_NAME, name):
            return Script((), tool=ToolCall(name, {"city": "Beijing"} if name == "get_weather" else {}))
        case ["/tool", *_]:
            return malformed("/tool NAME")
    return carry_out(question, faults.CHAT) or _ordinary_script(question)


def continue_script(outputs: tuple[str, ...]) -> Script:
    """Return how a chat goes on after the client has run the tools that it was asked to run."""
    return Script(tokenise(phrases.TOOL_SAID.format(", ".join(outputs))), outputs=outputs)


def _ordinary_script(question: str) -> Script:
    says = phrases.CHINESE if is_chinese(question) else phrases.ENGLISH
    topic = _shorten(" ".join(question.split()))
    tool, found = _tool(question, topic, says)
    parts = [
        says.introduction,
        says.about.format(topic) if topic else "",
        says.tool_said.format(found) if tool else "",
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


def _tool(question: str, topic: str, says: Phrases) -> tuple[ToolCall | None, str]:
    """Return the tool that a question needs, and in words what it finds."""
    if WEATHER.search(question):
        city = next((city for city in says.cities if city.lower() in question.lower()), says.cities[0])
        found = says.weather.format(city)
        return ToolCall("get_weather", {"city": city}, {"summary": found, "celsius": 24}), found
    if TOOL.search(question):
        found = says.search_result
        return ToolCall("search", {"query": topic}, {"summary": found, "hits": 1}), found
    return None, ""
