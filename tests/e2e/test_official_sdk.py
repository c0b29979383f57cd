"""Chats of the emulator as a process of its own, held by both clients of the official Python SDK."""

from __future__ import annotations

from typing import Any

import pytest
from cozepy import Chat, ChatEventType, ChatStatus, Coze, CozeAPIError, ToolOutput

from tests.e2e.sdk_clients import is_refused, poll, question


def ids(chat: Chat) -> dict[str, str]:
    return {"conversation_id": chat.conversation_id, "chat_id": chat.id}


def finish(sdk: Any, chat: Chat) -> Chat:
    found = poll(lambda: sdk.chat.retrieve(**ids(chat)), lambda now: now.status != ChatStatus.IN_PROGRESS)
    assert isinstance(found, Chat)
    return found


def kinds(events: list[Any]) -> list[str]:
    """Return the names of the events, with repetitions folded."""
    found = [event.event.value.removeprefix("conversation.") for event in events]
    return [name for n, name in enumerate(found) if n == 0 or name != found[n - 1]]


def answer(events: list[Any]) -> str:
    deltas = [event for event in events if event.event == ChatEventType.CONVERSATION_MESSAGE_DELTA]
    return "".join(event.message.content for event in deltas)


def test_streams(sdk: Any) -> None:
    events = list(sdk.chat.stream(**question("/say 5")))
    assert answer(events) == "1 2 3 4 5 "
    assert kinds(events) == [
        "chat.created",
        "chat.in_progress",
        "message.delta",
        "message.completed",
        "chat.completed",
    ]


def test_a_stream_has_a_log_id(sync_sdk: Coze) -> None:
    stream = sync_sdk.chat.stream(**question("/say 1"))
    assert stream.response.logid
    assert list(stream)


def test_streams_reasoning_tools_and_suggestions(sdk: Any) -> None:
    events = list(sdk.chat.stream(**question("想一想天气：为什么？给些建议")))
    messages = [event.message for event in events if event.message]
    assert [message for message in messages if message.reasoning_content]
    assert {"function_call", "tool_response", "answer", "verbose", "follow_up"} == {
        message.type for message in messages
    }


def test_creates_and_polls(sdk: Any) -> None:
    created = sdk.chat.create(**question("/echo 你好"))
    assert created.status == ChatStatus.IN_PROGRESS
    chat = finish(sdk, created)
    assert chat.status == ChatStatus.COMPLETED
    assert chat.usage
    assert chat.usage.output_count == 1
    listed = sdk.chat.messages.list(**ids(chat))
    assert [message.content for message in listed if message.type == "answer"] == ["你好"]


def test_polls_by_itself(sync_sdk: Coze) -> None:
    # The async client has no such method.
    polled = sync_sdk.chat.create_and_poll(**question("/say 2"))
    assert polled.chat.status == ChatStatus.COMPLETED
    assert polled.messages


def test_a_failed_chat_tells_why(sdk: Any) -> None:
    assert kinds(list(sdk.chat.stream(**question("/fault failed"))))[-1] == "chat.failed"
    chat = finish(sdk, sdk.chat.create(**question("/fault failed")))
    assert chat.status == ChatStatus.FAILED
    assert chat.last_error
    assert chat.last_error.code == 5000


def test_cancels_only_what_runs(sdk: Any) -> None:
    chat = sdk.chat.create(**question("/say 1000"))
    assert sdk.chat.cancel(**ids(chat)).status == ChatStatus.CANCELED
    is_refused(4104, lambda: sdk.chat.cancel(**ids(chat)))
    assert not list(sdk.chat.messages.list(**ids(chat)))


def test_runs_one_chat_at_a_time_in_a_conversation(sdk: Any) -> None:
    chat = sdk.chat.create(**question("/say 1000"))
    again = question("again", conversation_id=chat.conversation_id)
    is_refused(4016, lambda: sdk.chat.create(**again))
    is_refused(4016, lambda: sdk.chat.stream(**again))


def test_runs_a_tool_for_the_bot_and_goes_on(sdk: Any) -> None:
    chat = finish(sdk, sdk.chat.create(**question("/tool get_weather")))
    assert chat.status == ChatStatus.REQUIRES_ACTION
    wrong = [ToolOutput(tool_call_id="1", output="sunny")]
    is_refused(4000, lambda: sdk.chat.submit_tool_outputs(**ids(chat), tool_outputs=wrong, **not_streamed(sdk)))
    found = sdk.chat.submit_tool_outputs(**ids(chat), tool_outputs=outputs(chat, "sunny"), **not_streamed(sdk))
    assert found.status == ChatStatus.IN_PROGRESS
    assert finish(sdk, found).status == ChatStatus.COMPLETED
    said = {message.type.value: message.content for message in sdk.chat.messages.list(**ids(chat))}
    assert said["tool_response"] == "sunny"
    assert "sunny" in said["answer"]


def test_runs_a_tool_for_the_bot_and_goes_on_as_a_stream(sdk: Any) -> None:
    events = list(sdk.chat.stream(**question("/tool search")))
    assert kinds(events)[-1] == "chat.requires_action"
    chat = events[-1].chat
    assert chat.required_action.submit_tool_outputs.tool_calls[0].function.name == "search"
    fields = {**ids(chat), "tool_outputs": outputs(chat, "found")}
    continued = list(
        sdk.chat.submit_tool_outputs(**fields, stream=True)
        if not_streamed(sdk)
        else sdk.chat.submit_tool_outputs_stream(**fields)
    )
    assert kinds(continued)[-1] == "chat.completed"
    assert "found" in answer(continued)


def not_streamed(sdk: Any) -> dict[str, bool]:
    """Return what the sync client wants to hear; the async one has a method of its own for streams."""
    return {} if hasattr(sdk, "_runner") else {"stream": False}


def outputs(chat: Chat, output: str) -> list[ToolOutput]:
    assert chat.required_action
    assert chat.required_action.submit_tool_outputs
    calls = chat.required_action.submit_tool_outputs.tool_calls
    return [ToolOutput(tool_call_id=call.id, output=output) for call in calls]


def test_refuses_a_wrong_token_and_an_unknown_bot(sdk: Any, stranger: Any) -> None:
    is_refused(4101, lambda: stranger.chat.stream(**question("hi")))
    is_refused(4200, lambda: sdk.chat.create(**question("hi", bot_id="1")))


def test_refuses_on_demand(sdk: Any) -> None:
    is_refused(4013, lambda: sdk.chat.stream(**question("/fault code 4013")))
    is_refused(429, lambda: sdk.chat.stream(**question("/fault status 429")))
    is_refused(502, lambda: sdk.chat.stream(**question("/fault html")))


def test_an_error_event_is_raised(sdk: Any) -> None:
    with pytest.raises(Exception, match="error event") as problem:
        list(sdk.chat.stream(**question("/fault error")))
    assert not isinstance(problem.value, CozeAPIError)
