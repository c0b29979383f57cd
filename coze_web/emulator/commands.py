"""The commands that the demo bot and the demo workflow understand, and how they are carried out."""

from __future__ import annotations

import re

from coze_web.emulator import faults, phrases
from coze_web.emulator.script import Script, tokenise

MOST_TOKENS = 100_000

COMMANDS = (
    ("/help", "列出全部命令", "list all commands"),
    ("/echo X", "原样返回 X", "give X back, byte for byte"),
    ("/say N", "说出 N 个词", "say N tokens"),
    ("/fault slow-start SECONDS", "先沉默若干秒，再开始回答", "be silent for some seconds, then answer"),
    ("/fault stall SECONDS", "答到一半沉默若干秒，再继续", "fall silent half-way, then go on"),
    ("/fault cut", "在一个事件中间断开连接", "close the connection in the middle of an event"),
    ("/fault end", "没有结束事件就正常收尾", "end cleanly without a terminal event"),
    ("/fault reset", "答到一半重置连接（RST）", "reset the connection half-way (RST)"),
    ("/fault error", "答到一半，发出 error 事件", "send an error event half-way"),
    ("/fault hang", "全部发完，却不关连接", "send everything, then keep the connection open"),
    ("/fault code CODE [TIMES]", "以错误码拒绝（连续若干次）", "refuse with this code (so many times in a row)"),
    (
        "/fault status STATUS [TIMES] [RETRY_AFTER]",
        "以 HTTP 状态码拒绝，正文不是 JSON",
        "refuse with this HTTP status and a body that is not JSON",
    ),
    ("/fault html", "返回 502 网页", "answer with a 502 web page"),
    ("/fault garbage", "中途发一个坏 JSON，再继续", "send one event of broken JSON, then go on"),
    ("/fault ping", "在事件之间夹杂注释、id 和 PING", "put comments, ids and PINGs between the events"),
    ("/fault split", "每次只发一个字节", "write every byte on its own"),
    ("/fault big SIZE", "用一个事件发送 SIZE 字节", "send SIZE bytes in one delta"),
)
CHAT_COMMANDS = (
    ("/tool NAME", "请你自己运行这个工具", "ask you to run this tool yourself"),
    ("/fault failed", "答到一半，对话失败", "let the chat fail half-way"),
)
WORKFLOW_COMMANDS = (
    ("/ask [TIMES]", "中断并提问（若干次）", "interrupt the run with a question (so many times)"),
    ("/slow SECONDS", "模型节点要用若干秒", "let the model take some seconds"),
    ("/fault fail", "运行失败", "let the run fail"),
)


def _help(*more: tuple[str, str, str]) -> str:
    lines = (f"- `{usage}` {chinese} / {english}" for usage, chinese, english in (*COMMANDS, *more))
    return "命令 / Commands\n\n" + "\n".join(lines)


CHAT_HELP = _help(*CHAT_COMMANDS)
WORKFLOW_HELP = _help(*WORKFLOW_COMMANDS)


def carry_out(text: str, known_faults: tuple[str, ...]) -> Script | None:
    """Return what comes of a command that bot and workflow share, None where `text` is no such command."""
    # Exactly this prefix and nothing stripped: an echo must come back byte for byte.
    if text.startswith("/echo "):
        return Script(tokenise(text.removeprefix("/echo ")))
    match text.split():
        case ["/say", count] if re.fullmatch(r"[0-9]{1,6}", count) and int(count) <= MOST_TOKENS:
            return Script(tuple(f"{n} " for n in range(1, int(count) + 1)))
        case ["/say", *_]:
            return malformed(f"/say N, N <= {MOST_TOKENS}")
        case ["/fault", *words]:
            return _fault_script(words, known_faults)
    return None


def malformed(usage: str) -> Script:
    """Return the answer to a command that is not written right."""
    return Script(tokenise(phrases.MALFORMED.format(usage)))


def _fault_script(words: list[str], known: tuple[str, ...]) -> Script:
    try:
        fault = faults.parse(words, known)
    except ValueError as problem:
        return malformed(str(problem))
    tokens = ("x" * fault.size,) if fault.name == "big" else tokenise(phrases.FAULT.format(" ".join(words)))
    return Script(tokens, fault=fault)
