"""The emulator as a process of its own, called by the official SDK."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from cozepy import (
    AsyncCoze,
    AsyncHTTPClient,
    AsyncTokenAuth,
    Chat,
    ChatEventType,
    ChatStatus,
    Coze,
    CozeAPIError,
    Message,
    SyncHTTPClient,
    TokenAuth,
)

from coze_web.emulator import BOT_ID, TOKEN, UNPUBLISHED_BOT_ID
from tests.servers import emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with emulator(tokens_per_second=100) as server:
        yield server.url


def sync_coze(base_url: str, token: str = TOKEN) -> Iterator[Coze]:
    with SyncHTTPClient(trust_env=False) as client:
        yield Coze(auth=TokenAuth(token), base_url=base_url, http_client=client)


@pytest.fixture
def coze(base_url: str) -> Iterator[Coze]:
    yield from sync_coze(base_url)


@pytest.fixture
def stranger(base_url: str) -> Iterator[Coze]:
    yield from sync_coze(base_url, "pat_wrong")


def question(text: str) -> dict[str, Any]:
    said = [Message.build_user_question_text(text)]
    return {"bot_id": BOT_ID, "user_id": "sdk", "additional_messages": said}


def is_refused(code: int, call: Callable[[], object]) -> None:
    with pytest.raises(CozeAPIError) as refusal:
        call()
    assert refusal.value.code == code
    assert refusal.value.logid


def poll(coze: Coze, chat: Chat) -> Chat:
    while chat.status == ChatStatus.IN_PROGRESS:
        time.sleep(0.02)
        chat = coze.chat.retrieve(conversation_id=chat.conversation_id, chat_id=chat.id)
    return chat


def test_streams(coze: Coze) -> None:
    stream = coze.chat.stream(**question("/say 5"))
    assert stream.response.logid
    events = list(stream)
    deltas = [event for event in events if event.event == ChatEventType.CONVERSATION_MESSAGE_DELTA]
    assert [event.message.content for event in deltas if event.message] == ["1 ", "2 ", "3 ", "4 ", "5 "]
    assert events[0].event == ChatEventType.CONVERSATION_CHAT_CREATED
    assert events[-1].event == ChatEventType.CONVERSATION_CHAT_COMPLETED


def test_streams_reasoning_tools_and_suggestions(coze: Coze) -> None:
    events = list(coze.chat.stream(**question("想一想天气：为什么？给些建议")))
    messages = [event.message for event in events if event.message]
    assert [message for message in messages if message.reasoning_content]
    assert {"function_call", "tool_response", "answer", "verbose", "follow_up"} == {
        message.type for message in messages
    }


def test_creates_and_polls(coze: Coze) -> None:
    created = coze.chat.create(**question("/echo 你好"))
    assert created.status == ChatStatus.IN_PROGRESS
    chat = poll(coze, created)
    assert chat.status == ChatStatus.COMPLETED
    assert chat.usage
    assert chat.usage.output_count == 1
    listed = coze.chat.messages.list(conversation_id=chat.conversation_id, chat_id=chat.id)
    assert [message.content for message in listed if message.type == "answer"] == ["你好"]


def test_polls_by_itself(coze: Coze) -> None:
    polled = coze.chat.create_and_poll(**question("/say 2"))
    assert polled.chat.status == ChatStatus.COMPLETED
    assert polled.messages


def test_a_failed_chat_tells_why(coze: Coze) -> None:
    assert list(coze.chat.stream(**question("/fault failed")))[-1].event == ChatEventType.CONVERSATION_CHAT_FAILED
    chat = poll(coze, coze.chat.create(**question("/fault failed")))
    assert chat.status == ChatStatus.FAILED
    assert chat.last_error
    assert chat.last_error.code == 5000


def test_cancels_only_what_runs(coze: Coze) -> None:
    chat = coze.chat.create(**question("/say 100"))
    ids = {"conversation_id": chat.conversation_id, "chat_id": chat.id}
    assert coze.chat.cancel(**ids).status == ChatStatus.CANCELED
    is_refused(4104, lambda: coze.chat.cancel(**ids))


def test_runs_one_chat_at_a_time_in_a_conversation(coze: Coze) -> None:
    chat = coze.chat.create(**question("/say 100"))
    is_refused(4016, lambda: coze.chat.create(**question("again"), conversation_id=chat.conversation_id))
    is_refused(4016, lambda: coze.chat.stream(**question("again"), conversation_id=chat.conversation_id))


def test_knows_the_account_and_the_bots(coze: Coze) -> None:
    assert coze.users.me().user_name == "emulator"
    for version in (1, 2):
        assert coze.bots.retrieve(bot_id=BOT_ID, use_api_version=version).bot_id == BOT_ID
        is_refused(4200, lambda: coze.bots.retrieve(bot_id="1", use_api_version=version))  # noqa: B023 - called at once
    draft = coze.bots.retrieve(bot_id=UNPUBLISHED_BOT_ID, use_api_version=2, is_published=False)
    assert draft.bot_id == UNPUBLISHED_BOT_ID
    is_refused(4015, lambda: coze.bots.retrieve(bot_id=UNPUBLISHED_BOT_ID))
    is_refused(4015, lambda: coze.bots.retrieve(bot_id=UNPUBLISHED_BOT_ID, use_api_version=2, is_published=True))


def test_refuses_a_wrong_token_and_an_unknown_bot(coze: Coze, stranger: Coze) -> None:
    is_refused(4101, lambda: stranger.chat.stream(**question("hi")))
    is_refused(700012006, stranger.users.me)
    is_refused(4200, lambda: coze.chat.create(**{**question("hi"), "bot_id": "1"}))


def test_refuses_on_demand(coze: Coze) -> None:
    is_refused(4013, lambda: coze.chat.stream(**question("/fault code 4013")))
    is_refused(429, lambda: coze.chat.stream(**question("/fault status 429")))
    is_refused(502, lambda: coze.chat.stream(**question("/fault html")))


def test_serves_the_async_client(base_url: str) -> None:
    async def talk() -> None:
        async with AsyncHTTPClient(trust_env=False) as client:
            coze = AsyncCoze(auth=AsyncTokenAuth(TOKEN), base_url=base_url, http_client=client)
            events = [event async for event in coze.chat.stream(**question("/say 3"))]
            assert events[-1].event == ChatEventType.CONVERSATION_CHAT_COMPLETED
            chat = await coze.chat.create(**question("/say 100"))
            ids = {"conversation_id": chat.conversation_id, "chat_id": chat.id}
            assert (await coze.chat.retrieve(**ids)).status == ChatStatus.IN_PROGRESS
            assert (await coze.chat.cancel(**ids)).status == ChatStatus.CANCELED
            assert not list(await coze.chat.messages.list(**ids))
            with pytest.raises(CozeAPIError, match="4104"):
                await coze.chat.cancel(**ids)
            assert (await coze.users.me()).user_id
            for version in (1, 2):
                assert (await coze.bots.retrieve(bot_id=BOT_ID, use_api_version=version)).name

    asyncio.run(talk())
