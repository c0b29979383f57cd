"""What the frames of a chat are to OpenAI's clients."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coze_web.errors import BrokenStreamError, RefusedError
from coze_web.openai import CompletionAnswer, Head
from coze_web.sse import Frame
from tests.coze_wire import CHAT_ID, CONVERSATION_ID, LOGID, USAGE

HEAD = Head("chatcmpl-1", 1_700_000_000, "my bot")
IDS = {"id": CHAT_ID, "conversation_id": CONVERSATION_ID}
CREATED = Frame("conversation.chat.created", json.dumps(IDS))
SILENCE = {"role": "assistant", "content": ""}  # without a role OpenAI's helper for JavaScript throws
COMPLETED = Frame("conversation.chat.completed", json.dumps({**IDS, "usage": USAGE}))


def frame(event: str, content: str = "", *, number: str = "1", kind: str = "answer", **more: str) -> Frame:
    data = {"id": number, "role": "assistant", "type": kind, "content": content, **more}
    return Frame(f"conversation.message.{event}", json.dumps(data))


def delta(content: str = "", **more: str) -> Frame:
    return frame("delta", content, **more)


def whole(content: str = "", **more: str) -> Frame:
    return frame("completed", content, **more)


def play(*frames: Frame, tells_usage: bool = False) -> tuple[CompletionAnswer, list[Any]]:
    """Give an answer that has taken these frames, and the chunks that it made of them, terminal ones included."""
    answer = CompletionAnswer(HEAD, tells_usage=tells_usage)
    taken = [made for one in (CREATED, *frames, COMPLETED) if (made := answer.take(one))]
    *ending, last = answer.terminal(LOGID)
    assert last.data == "[DONE]"
    return answer, [json.loads(made.data) for made in taken + ending]


def deltas(*frames: Frame, last_delta: object = None) -> list[Any]:
    *pieces, last = play(*frames)[1]
    assert last["choices"] == [{"index": 0, "delta": last_delta or {}, "finish_reason": "stop"}]
    return [piece["choices"][0]["delta"] for piece in pieces]


def test_a_chunk_is_as_the_reference_has_it() -> None:
    _, chunks = play(delta("hi"))
    assert chunks == [
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1_700_000_000,
            "model": "my bot",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }
        for delta, reason in (({"role": "assistant", "content": "hi"}, None), ({}, "stop"))
    ]


def test_it_is_written_as_openai_writes_it() -> None:
    assert CompletionAnswer.write("message", "[DONE]") == b"data: [DONE]\n\n"


def test_the_role_comes_once() -> None:
    assert deltas(delta("a"), delta("b")) == [{"role": "assistant", "content": "a"}, {"content": "b"}]


def test_several_answers_are_joined_by_a_blank_line_as_in_the_whole() -> None:
    frames = [
        delta("a"),
        delta("b"),
        whole("ab"),
        delta("c", number="2"),
        delta("d", number="2"),
        whole("cd", number="2"),
    ]
    answer, chunks = play(*frames)
    streamed = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert streamed == "ab\n\ncd"
    assert answer.completion().choices[0].message.content == streamed


def test_an_answer_that_did_not_come_in_pieces_comes_at_once() -> None:
    assert deltas(delta("a"), whole("a"), whole("b", number="2")) == [
        {"role": "assistant", "content": "a"},
        {"content": "\n\nb"},
    ]


@pytest.mark.parametrize(
    ("frames", "text"),
    [
        ([delta("a"), delta("b")], "ab"),
        ([delta(reasoning_content="think"), whole("a")], "a"),
        ([delta("a"), whole("ab")], "a"),
        ([whole(""), whole("a", number="2"), whole("", number="3"), whole("b", number="4")], "a\n\nb"),
        ([delta("a"), delta("b", number="2"), whole("a"), whole("b", number="2")], "a\n\nb"),
        ([delta("a", kind="verbose")], ""),
    ],
    ids=["only-pieces", "only-whole", "another-whole", "empty-ones", "mixed", "no-answer"],
)
def test_the_whole_has_what_the_stream_has(frames: list[Frame], text: str) -> None:
    answer, chunks = play(*frames)
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == text
    assert answer.completion().choices[0].message.content == text


@pytest.mark.parametrize("kind", ["function_call", "tool_response", "tool_output", "verbose", "follow_up", "knowledge"])
def test_what_is_no_answer_is_left_out(kind: str) -> None:
    assert deltas(delta("x", kind=kind), whole("x", kind=kind, number="2"), last_delta=SILENCE) == []


def test_what_the_bot_thinks_comes_by_itself() -> None:
    answer, chunks = play(delta(reasoning_content="th"), delta(reasoning_content="ink"), delta("a"), whole("a"))
    assert [chunk["choices"][0]["delta"] for chunk in chunks] == [
        {"role": "assistant", "reasoning_content": "th"},
        {"reasoning_content": "ink"},
        {"content": "a"},
        {},
    ]
    assert answer.completion().choices[0].message.reasoning_content == "think"


@pytest.mark.parametrize("told", [[], ["think"]])
def test_it_is_not_told_twice(told: list[str]) -> None:
    thoughts = [delta(reasoning_content=piece) for piece in told]
    answer, chunks = play(*thoughts, delta("a"), whole("a", reasoning_content="think"))
    streamed = [chunk["choices"][0]["delta"].get("reasoning_content", "") for chunk in chunks]
    assert "".join(streamed) == "think"
    assert answer.completion().choices[0].message.reasoning_content == "think"


def test_a_whole_answer_is_as_the_reference_has_it() -> None:
    answer, _ = play(whole("hi"))
    assert answer.completion().fields() == {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "my bot",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12},
    }


def test_the_tokens_come_in_a_chunk_of_their_own() -> None:
    _, (first, finish, usage) = play(delta("hi"), tells_usage=True)
    assert first["usage"] is finish["usage"] is None
    assert usage["choices"] == []
    assert usage["usage"] == {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}


def test_where_coze_counted_nothing_no_count_is_made_up() -> None:
    answer = CompletionAnswer(HEAD, tells_usage=True)
    answer.take(Frame("conversation.chat.completed", json.dumps(IDS)))
    assert answer.completion().usage is None
    assert json.loads(answer.terminal(LOGID)[1].data)["usage"] is None


def test_half_a_character_and_odd_separators_are_escaped() -> None:
    answer = CompletionAnswer(HEAD, tells_usage=False)
    made = answer.take(delta("a\ud800\u2028"))
    assert made is not None
    assert b'"a\\ud800\\u2028"' in answer.write(made.event, made.data)


@pytest.mark.parametrize("data", ["[]", '"x"', "1", '{"type": "answer", "content": null}'])
def test_a_message_that_says_nothing_is_left_out(data: str) -> None:
    assert deltas(Frame("conversation.message.delta", data), last_delta=SILENCE) == []


def test_a_failed_chat_is_an_error() -> None:
    answer = CompletionAnswer(HEAD, tells_usage=False)
    with pytest.raises(RefusedError) as caught:
        answer.take(Frame("conversation.chat.failed", json.dumps({**IDS, "last_error": {"code": 5000}})))
    body = json.loads(answer.terminal_error(caught.value, "en", "request").data)["error"]
    assert (body["code"], body["type"], body["param"], body["request_id"]) == ("5000", "server_error", None, "request")
    assert body["message"] == "Coze answered with an error. Please try again later."


def test_an_answer_that_is_cut_is_one_too() -> None:
    answer = CompletionAnswer(HEAD, tells_usage=False)
    answer.take(delta("hi"))
    with pytest.raises(BrokenStreamError):
        answer.finish()
