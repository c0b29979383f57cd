"""The demo workflow: its parameter `input` in, the script of a run out. Pure."""

from __future__ import annotations

import re

from coze_web.emulator import faults, phrases
from coze_web.emulator.commands import WORKFLOW_HELP, carry_out, malformed
from coze_web.emulator.faults import Fault
from coze_web.emulator.script import Script, is_chinese, tokenise

MOST_RESUMES = 3


def write_flow(text: str, answers: tuple[str, ...] = ()) -> Script:
    """Return what the workflow says to `text` until it ends or asks; `answers` are what it was told so far."""
    match text.split():
        case ["/help"]:
            return Script(tokenise(WORKFLOW_HELP))
        case ["/ask", *times]:
            return _asking(text, times or ["1"], answers)
        case ["/slow", *seconds]:
            return _slow(text, seconds)
    return carry_out(text, faults.WORKFLOW) or _ordinary(text)


def _asking(text: str, words: list[str], answers: tuple[str, ...]) -> Script:
    if len(words) != 1 or not re.fullmatch(r"[1-9]", words[0]):
        return malformed("/ask [TIMES], TIMES = 1-9")
    times = int(words[0])
    says = phrases.CHINESE if is_chinese("".join(answers)) else phrases.ENGLISH
    if len(answers) == times:
        return Script(tokenise(says.answered.format(", ".join(answers))))
    if len(answers) == MOST_RESUMES:
        # As documented: a question that the third resumption leaves open makes the run fail.
        return Script(tokenise(text), fault=Fault("fail"))
    return Script(tokenise(phrases.ASKED.format(len(answers) + 1, times)), asks=True)


def _slow(text: str, words: list[str]) -> Script:
    try:
        fault = faults.parse(["slow-start", *words], faults.WORKFLOW)
    except ValueError:
        return malformed("/slow SECONDS, SECONDS = 0-3600")
    return Script(_ordinary(text).tokens, fault=fault)


def _ordinary(text: str) -> Script:
    says = phrases.CHINESE if is_chinese(text) else phrases.ENGLISH
    return Script(tokenise(says.workflow.format(text)))
