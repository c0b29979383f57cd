"""Conversations of the emulator and their messages, used by both clients of the official Python SDK."""

from __future__ import annotations

from typing import Any

import pytest
from cozepy import Message, MessageContentType, MessageRole
from cozepy.conversations.message.feedback import FeedbackType

from coze_web.emulator import WORKSPACE_ID
from tests.e2e.sdk_clients import is_refused, question


@pytest.fixture
def bot_id(sdk: Any) -> str:
    """Give a bot that nobody has had a conversation with."""
    made = sdk.bots.create(space_id=WORKSPACE_ID, name="Made by a test").bot_id
    sdk.bots.publish(bot_id=made)
    return str(made)


@pytest.fixture
def talk(sdk: Any) -> str:
    """Give a conversation in which three messages were put."""
    said = [Message.build_user_question_text(text) for text in "abc"]
    return str(sdk.conversations.create(messages=said).id)


def kept(sdk: Any, talk: str, **fields: Any) -> list[str]:
    """Return all contents, walked page by page."""
    return [message.content for message in sdk.conversations.messages.list(conversation_id=talk, **fields)]


def put(sdk: Any, talk: str, content: str) -> Message:
    made = sdk.conversations.messages.create(
        conversation_id=talk, role=MessageRole.USER, content=content, content_type=MessageContentType.TEXT
    )
    assert isinstance(made, Message)
    return made


def test_makes_shows_renames_and_forgets(sdk: Any) -> None:
    made = sdk.conversations.create(name="old", meta_data={"k": "v"})
    shown = sdk.conversations.retrieve(conversation_id=made.id)
    assert (shown.name, shown.meta_data, shown.connector_id) == ("old", {"k": "v"}, "1024")
    assert sdk.conversations.update(conversation_id=made.id, name="new").name == "new"
    sdk.conversations.delete(conversation_id=made.id)
    is_refused(4002, lambda: sdk.conversations.retrieve(conversation_id=made.id))


def test_lists_every_conversation_of_a_bot_once(sdk: Any, bot_id: str) -> None:
    made = [sdk.conversations.create(bot_id=bot_id, name=str(n)).id for n in range(5)]
    listed = [conversation.id for conversation in sdk.conversations.list(bot_id=bot_id, page_size=2)]
    assert listed == made[::-1]
    is_refused(4000, lambda: sdk.conversations.list(bot_id=bot_id, page_size=51))


def test_a_chat_leaves_question_and_answer(sdk: Any, bot_id: str) -> None:
    list(sdk.chat.stream(**question("/echo hi", bot_id=bot_id)))
    talk = next(iter(sdk.conversations.list(bot_id=bot_id))).id
    assert kept(sdk, talk, order="asc") == ["/echo hi", "hi"]
    first, *_ = sdk.chat.stream(**question("/echo ho", bot_id=bot_id, conversation_id=talk))
    assert kept(sdk, talk, order="asc", chat_id=first.chat.id) == ["/echo ho", "ho"]


def test_clears_the_context_and_keeps_the_messages(sdk: Any, talk: str) -> None:
    section = sdk.conversations.clear(conversation_id=talk)
    assert section.conversation_id == talk
    assert sdk.conversations.retrieve(conversation_id=talk).last_section_id == section.id
    assert kept(sdk, talk) == ["c", "b", "a"]


def test_lists_every_message_once(sdk: Any, talk: str) -> None:
    for text in "de":
        put(sdk, talk, text)
    assert kept(sdk, talk, limit=2) == ["e", "d", "c", "b", "a"]
    assert kept(sdk, talk, limit=2, order="asc") == ["a", "b", "c", "d", "e"]
    assert kept(sdk, sdk.conversations.create().id) == []


def test_puts_shows_changes_and_forgets_a_message(sdk: Any, talk: str) -> None:
    where = {"conversation_id": talk, "message_id": put(sdk, talk, "new").id}
    assert sdk.conversations.messages.retrieve(**where).content == "new"
    assert sdk.conversations.messages.update(**where, content="newer").content == "newer"
    assert kept(sdk, talk)[0] == "newer"
    assert sdk.conversations.messages.delete(**where).content == "newer"
    is_refused(4005, lambda: sdk.conversations.messages.retrieve(**where))


def test_takes_feedback_on_an_answer(sdk: Any) -> None:
    first, *_ = sdk.chat.stream(**question("/echo hi"))
    talk = first.chat.conversation_id
    answer, asked = list(sdk.conversations.messages.list(conversation_id=talk))
    feedback = sdk.conversations.messages.feedback
    where = {"conversation_id": talk, "message_id": answer.id}
    feedback.create(**where, feedback_type=FeedbackType.UNLIKE, reason_types=["wrong"], comment="no")
    feedback.delete(**where)
    on_question = {"conversation_id": talk, "message_id": asked.id}
    is_refused(4000, lambda: feedback.create(**on_question, feedback_type=FeedbackType.LIKE))
