"""What the frames of a workflow's run mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coze_web.answers import ChatAnswer, ChatflowAnswer, RunAnswer
from coze_web.errors import BrokenStreamError, RefusedError
from coze_web.sse import Frame
from tests.coze_wire import DEBUG_URL, EXECUTE_ID, USAGE


def frame(event: str, data: Any) -> Frame:
    return Frame(event, data if isinstance(data, str) else json.dumps(data))


def said(content: str, *, finish: bool, **node: str) -> Frame:
    return frame("Message", {"content": content, "node_is_finish": finish, **node})


def taken(*frames: Frame) -> RunAnswer:
    answer = RunAnswer()
    for one in frames:
        answer.take(one)
    return answer


DONE = frame("Done", {"debug_url": DEBUG_URL})


def test_nodes_that_speak_in_turns_are_kept_apart() -> None:
    answer = taken(
        said("a1 ", finish=False, node_title="A"),
        said("b1 ", finish=False, node_title="B"),
        said("a2", finish=True, node_title="A"),
        said("b2", finish=True, node_title="B"),
        DONE,
    )
    assert answer.facts.output == "b1 b2"
    assert answer.facts.execute_id == EXECUTE_ID


def test_a_node_that_did_not_say_that_it_finished_is_heard_too() -> None:
    assert taken(said("only ", finish=False), said("this", finish=False), DONE).facts.output == "only this"


def test_it_has_spoken_once_there_is_text() -> None:
    assert not taken(frame("PING", {}), said("", finish=True)).spoke
    assert taken(said("hi", finish=False), said("", finish=True)).spoke


@pytest.mark.parametrize("data", ["{}", "", '"[DONE]"', "[DONE]", "null"])
@pytest.mark.parametrize("name", ["Done", "done"])
def test_the_end_may_look_as_it_likes_and_is_not_passed_on(name: str, data: str) -> None:
    answer = RunAnswer()
    assert answer.take(frame(name, data)) is None
    assert (answer.completed, answer.ended) == (True, True)


@pytest.mark.parametrize("answer", [ChatAnswer(), ChatflowAnswer(), RunAnswer()])
@pytest.mark.parametrize("data", ['"upstream words"', "upstream words", "[]", "", '{"code": 4016}'])
@pytest.mark.parametrize("name", ["error", "Error"])
def test_an_error_is_an_error_however_it_is_written(answer: ChatAnswer | RunAnswer, name: str, data: str) -> None:
    with pytest.raises(RefusedError) as caught:
        answer.take(frame(name, data))
    assert caught.value.code == ("4016" if "4016" in data else "upstream_error")


@pytest.mark.parametrize("usage", [None, "x", [], {"token_count": 2**63}, {"token_count": -1}, {"token_count": True}])
def test_a_count_that_is_none_is_left_out(usage: object) -> None:
    assert not taken(frame("Message", {"content": "", "usage": usage}), DONE).usage


def test_counts_are_kept_and_nothing_else() -> None:
    assert taken(frame("Message", {"content": "", "usage": {**USAGE, "text": "upstream words"}}), DONE).usage == USAGE


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", 7, None, "https://x y", "https://x\n", ""])
def test_a_page_that_is_none_is_not_kept(url: object) -> None:
    answer = taken(frame("Done", {"debug_url": url}))
    assert (answer.facts.debug_url, answer.facts.execute_id) == ("", "")


def test_nothing_counts_after_the_end() -> None:
    answer = taken(said("x", finish=True), DONE)
    assert answer.take(said("y", finish=True)) is None
    assert answer.facts.output == "x"


def test_without_an_end_it_is_cut() -> None:
    with pytest.raises(BrokenStreamError, match="upstream_truncated"):
        taken(said("x", finish=True)).finish()
