from __future__ import annotations

import json

import pytest

from coze_web.emulator.bot import write_script
from coze_web.emulator.faults import CHAT, USAGE
from coze_web.emulator.script import Script, tokenise


def text(script: Script) -> str:
    return "".join(script.tokens)


def test_answers_chinese_in_chinese() -> None:
    assert text(write_script("你好")).startswith("你好，我是嵌入式 Coze 的演示机器人")


def test_answers_everything_else_in_english() -> None:
    assert text(write_script("Hello")).startswith("Hello, I am the demo bot of the embedded Coze")


@pytest.mark.parametrize("question", ["", "   ", "🙂", "/nonsense", "/echo"])
def test_always_has_something_to_say(question: str) -> None:
    assert "demo bot" in text(write_script(question))


def test_says_the_same_to_the_same_question_and_varies_with_it() -> None:
    answers = [text(write_script(f"question {n}")).rsplit("\n\n", 1)[1] for n in range(20)]
    assert answers[0] == text(write_script("question 0")).rsplit("\n\n", 1)[1]
    assert len(set(answers)) > 2


@pytest.mark.parametrize(
    "question", ["Why is that?", "THINK about it", "reasoning please", "思考一下", "为什么", "推理"]
)
def test_thinks_aloud_when_asked_to(question: str) -> None:
    assert write_script(question).reasoning


@pytest.mark.parametrize("question", ["Any suggestions?", "follow-up", "给我建议", "请追问"])
def test_suggests_three_questions_when_asked_to(question: str) -> None:
    assert len(write_script(question).follow_ups) == 3


@pytest.mark.parametrize("question", ["markdown", "a list of things", "a table", "some code", "列表", "表格", "代码"])
def test_writes_markdown_when_asked_to(question: str) -> None:
    answer = text(write_script(question))
    for sign in ("\n## ", "\n- ", "\n```python\n", "\n| --- | --- |\n", "\n$$\n", "](https://"):
        assert sign in answer


@pytest.mark.parametrize("question", ["Hello", "listen, rethink the stable decode"])
def test_does_none_of_this_unasked(question: str) -> None:
    script = write_script(question)
    assert (script.reasoning, script.tool, script.follow_ups) == ((), None, ())
    assert "```" not in text(script)


@pytest.mark.parametrize(
    ("question", "name", "argument"),
    [
        ("上海的天气", "get_weather", "上海"),
        ("weather in LONDON", "get_weather", "London"),
        ("weather", "get_weather", "Beijing"),
        ("搜索扣子", "search", "搜索扣子"),
        ("use a tool", "search", "use a tool"),
    ],
)
def test_uses_a_tool_when_asked_to(question: str, name: str, argument: str) -> None:
    script = write_script(question)
    assert script.tool is not None
    assert script.tool.name == name
    assert list(script.tool.arguments.values()) == [argument]
    assert script.tool.result is not None
    assert str(script.tool.result["summary"]) in text(script)


def test_puts_its_messages_in_the_order_of_a_stream() -> None:
    messages = write_script("weather, and suggest something").messages()
    kinds = ["function_call", "tool_response", "answer", "verbose", "follow_up", "follow_up", "follow_up"]
    assert [message.type for message in messages] == kinds
    assert len({message.id for message in messages}) == len(messages)
    assert json.loads(messages[0].content)["arguments"] == {"city": "Beijing"}
    assert json.loads(json.loads(messages[3].content)["data"]) == {"finish_reason": 0, "FinData": ""}


@pytest.mark.parametrize(
    "said", ["  two  spaces ", "一\r\n二\t三\n\n", "a\u2028b\u0085c", "👩‍👩‍👧 é", "<b>&</b>", "\ud800", ""]
)
def test_echoes_byte_for_byte(said: str) -> None:
    assert text(write_script(f"/echo {said}")) == said


def test_says_as_many_tokens_as_wanted() -> None:
    assert write_script("/say 3").tokens == ("1 ", "2 ", "3 ")


@pytest.mark.parametrize("line", ["/say", "/say many", "/say 100001", "/say 1 2"])
def test_explains_how_to_say(line: str) -> None:
    assert "/say N" in text(write_script(line))


def test_help_lists_every_command_in_both_languages() -> None:
    answer = text(write_script(" /help "))
    faults = (f"/fault {f'{name} {USAGE[name]}'.rstrip()}" for name in CHAT)
    for usage in ("/help", "/echo X", "/say N", "/tool NAME", *faults):
        assert answer.count(f"- `{usage}` ") == 1


def test_tokens_are_a_few_ideographs_or_a_word() -> None:
    assert tokenise("你好世界 and peace, 好") == ("你好世", "界", " and", " peace,", " ", "好")


def test_counts_tokens_for_the_bill() -> None:
    assert write_script("/say 5").usage("/say 5") == {"token_count": 7, "output_count": 5, "input_count": 2}


def test_answers_a_fault_that_is_not_written_right_by_saying_how() -> None:
    script = write_script("/fault stall")
    assert "/fault stall SECONDS" in text(script)
    assert "/help" in text(script)
    assert script.fault.name == ""


def test_big_answers_one_token_of_that_size() -> None:
    assert [len(token) for token in write_script("/fault big 5000").tokens] == [5000]


def test_a_request_without_stream_gets_no_fault_of_the_stream() -> None:
    assert write_script("/fault cut").without_stream_faults().fault.name == ""
    assert write_script("/fault stall 2").without_stream_faults().fault.seconds == 2
