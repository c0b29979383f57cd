from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coze_web.emulator.faults import USAGE, WORKFLOW
from coze_web.emulator.flow import write_flow

if TYPE_CHECKING:
    from coze_web.emulator.script import Script


def text(script: Script) -> str:
    return "".join(script.tokens)


def test_answers_in_the_language_of_its_input() -> None:
    assert text(write_flow("你好")) == "演示工作流收到了「你好」，依次经过开始、模型、结束三个节点。"
    assert text(write_flow("Hello")).startswith('The demo workflow received "Hello"')


@pytest.mark.parametrize("said", ["  two  spaces ", "一\r\n二", "{}", "a\u2028b", "👩‍👩‍👧 é"])
def test_echoes_byte_for_byte(said: str) -> None:
    assert text(write_flow(f"/echo {said}")) == said


def test_asks_until_it_was_answered_often_enough() -> None:
    assert write_flow("/ask").asks
    assert "question 2 of 2" in text(write_flow("/ask 2", ("a",)))
    assert text(write_flow("/ask 2", ("Paris", "Rome"))) == "The demo workflow asked, and was answered: Paris, Rome."
    assert "巴黎" in text(write_flow("/ask", ("巴黎",)))


def test_fails_when_three_answers_were_not_enough() -> None:
    assert write_flow("/ask 3", ("a", "b", "c")).fault.name == ""
    assert write_flow("/ask 4", ("a", "b", "c")).fault.name == "fail"


def test_takes_its_time() -> None:
    assert write_flow("/slow 2.5").fault.seconds == 2.5


@pytest.mark.parametrize(
    "line", ["/ask 0", "/ask 10", "/ask a b", "/slow", "/slow x", "/slow 3601", "/say", "/fault failed"]
)
def test_explains_what_is_not_written_right(line: str) -> None:
    script = write_flow(line)
    assert line.partition(" ")[0] in text(script)
    assert "/help" in text(script)
    assert (script.asks, script.fault.name) == (False, "")


def test_help_lists_every_command_in_both_languages() -> None:
    answer = text(write_flow("/help"))
    faults = (f"/fault {f'{name} {USAGE[name]}'.rstrip()}" for name in WORKFLOW)
    for usage in ("/help", "/echo X", "/say N", "/ask [TIMES]", "/slow SECONDS", *faults):
        assert answer.count(f"- `{usage}` ") == 1
