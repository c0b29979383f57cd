"""What the frames of a chat mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coze_web.answers import ChatAnswer as Answer
from coze_web.answers.base import MAX_ANSWER
from coze_web.errors import BrokenStreamError, CozeWebError, RefusedError
from coze_web.sse import Frame
from tests.coze_wire import CHAT_ID, CONVERSATION_ID, USAGE, message

IDS = {"id": CHAT_ID, "conversation_id": CONVERSATION_ID}


def frame(event: str, data: Any) -> Frame:
    return Frame(event, data if isinstance(data, str) else json.dumps(data))


def taken(*frames: Frame) -> Answer:
    answer = Answer()
    for item in frames:
        answer.take(item)
    return answer


CREATED = frame("conversation.chat.created", IDS)
COMPLETED = frame("conversation.chat.completed", {**IDS, "usage": USAGE})


def test_a_frame_is_passed_on_as_it_came() -> None:
    odd = Frame("conversation.message.delta", '{ "content" : "\\u4e2d\u2028" }', "3")
    assert Answer().take(odd) is odd


def test_an_unknown_event_is_passed_on() -> None:
    unknown = frame("conversation.future", {"a": 1})
    assert Answer().take(unknown) is unknown


@pytest.mark.parametrize("end", ["done", "conversation.stream.done"])
def test_the_end_marker_is_ours_to_say(end: str) -> None:
    answer = taken(CREATED, COMPLETED)
    assert answer.take(frame(end, '"[DONE]"')) is None
    assert answer.ended
    assert answer.take(frame("conversation.message.delta", {})) is None


@pytest.mark.parametrize(("name", "data"), [("PING", "{}"), ("ping", ""), ("keepalive", "now"), ("message", "x")])
def test_a_ping_and_what_is_no_json_is_not_passed_on(name: str, data: str) -> None:
    assert Answer().take(Frame(name, data)) is None


def test_the_whole_answer_is_kept() -> None:
    parts = [frame("conversation.message.completed", message(text)) for text in ("one", "two")]
    other = frame("conversation.message.completed", message("?", kind="follow_up"))
    answer = taken(CREATED, *parts, other, COMPLETED)
    answer.finish()
    assert (answer.text, answer.usage, answer.chat_id, answer.conversation_id) == (
        "one\n\ntwo",
        USAGE,
        CHAT_ID,
        CONVERSATION_ID,
    )
    assert answer.settled
    assert answer.completed


def test_an_end_without_completed_is_a_cut() -> None:
    answer = taken(CREATED)
    with pytest.raises(BrokenStreamError, match="upstream_truncated"):
        answer.take(frame("done", '"[DONE]"'))
    assert not answer.settled


@pytest.mark.parametrize(
    ("event", "data", "code"),
    [
        ("error", {"code": 4009, "msg": "secret"}, "4009"),
        ("error", {}, "upstream_error"),
        ("error", {"code": "720701013", "msg": ""}, "720701013"),
        ("error", {"code": 500, "msg": "crash"}, "upstream_error"),
        ("conversation.chat.failed", {**IDS, "last_error": {"code": 5000, "msg": "event interval error"}}, "5000"),
        ("conversation.chat.failed", {"code": 701231, "msg": "error"}, "701231"),
        ("conversation.chat.failed", {**IDS, "last_error": None}, "upstream_error"),
    ],
)
def test_a_failed_chat_is_a_refusal_with_cozes_code(event: str, data: Any, code: str) -> None:
    answer = taken(CREATED)
    with pytest.raises(RefusedError) as caught:
        answer.take(frame(event, data))
    assert caught.value.code == code
    assert answer.settled


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("conversation.chat.canceled", "chat_canceled"),
        ("conversation.chat.cancelled", "chat_canceled"),
        ("conversation.chat.requires_action", "requires_action"),
    ],
)
def test_other_ends_are_no_answer(event: str, code: str) -> None:
    with pytest.raises(BrokenStreamError, match=code):
        taken(CREATED, frame(event, IDS))


@pytest.mark.parametrize("data", ['{"a":', "not json", "[" * 100_000])
def test_malformed_json_is_an_error_that_does_not_quote_it(data: str) -> None:
    with pytest.raises(BrokenStreamError) as caught:
        Answer().take(Frame("conversation.message.delta", data))
    assert caught.value.code == "upstream_malformed"
    assert data not in str(caught.value.body("en", ""))


def test_data_of_an_unexpected_shape_is_passed_on() -> None:
    answer = taken(frame("conversation.chat.created", []), frame("conversation.chat.completed", {"usage": None}))
    assert (answer.chat_id, answer.usage) == ("", None)


def test_an_answer_may_only_grow_so_far() -> None:
    piece = Frame("conversation.message.delta", '{"content": "' + "x" * (MAX_ANSWER // 4) + '"}')
    answer = Answer()
    for _ in range(3):
        answer.take(piece)
    with pytest.raises(CozeWebError, match="answer_too_large"):
        answer.take(piece)
