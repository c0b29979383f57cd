"""Account, files and bots of the emulator, used by both clients of the official Python SDK."""

from __future__ import annotations

from typing import Any

import pytest
from cozepy import BotModelInfo, BotOnboardingInfo, BotPromptInfo
from cozepy.bots import PublishStatus

from coze_web.emulator import BOT_ID, UNPUBLISHED_BOT_ID, WORKSPACE_ID
from tests.e2e.sdk_clients import is_refused, question


@pytest.fixture
def bot_id(sdk: Any) -> str:
    """Give a new bot, published."""
    made = sdk.bots.create(space_id=WORKSPACE_ID, name="Made by a test").bot_id
    assert sdk.bots.publish(bot_id=made).bot_id == made
    return str(made)


def listed(sdk: Any, **fields: Any) -> list[str]:
    """Return all bots, walked page by page."""
    return [bot.id for bot in sdk.bots.list(space_id=WORKSPACE_ID, page_size=2, **fields)]


def test_knows_the_owner_and_the_workspace(sdk: Any) -> None:
    me = sdk.users.me()
    assert me.user_name == "emulator"
    workspaces = list(sdk.workspaces.list(page_size=1))
    assert [workspace.id for workspace in workspaces] == [WORKSPACE_ID]
    assert not list(sdk.workspaces.list(user_id="1", coze_account_id=me.user_id))


def test_refuses_a_wrong_token(stranger: Any) -> None:
    is_refused(700012006, stranger.users.me)
    is_refused(700012006, stranger.workspaces.list)
    is_refused(700012006, lambda: stranger.bots.list(space_id=WORKSPACE_ID))


def test_takes_a_file(sdk: Any) -> None:
    file = sdk.files.upload(file=("a.txt", "你好".encode()))
    assert (file.file_name, file.bytes) == ("a.txt", 6)
    assert sdk.files.retrieve(file_id=file.id).created_at == file.created_at
    is_refused(4200, lambda: sdk.files.retrieve(file_id="1"))
    is_refused(4300, lambda: sdk.files.upload(file=("a.txt", b"")))


@pytest.mark.parametrize("version", [1, 2])
def test_shows_a_bot(sdk: Any, version: int) -> None:
    assert sdk.bots.retrieve(bot_id=BOT_ID, use_api_version=version).bot_id == BOT_ID
    is_refused(4200, lambda: sdk.bots.retrieve(bot_id="1", use_api_version=version))
    is_refused(4015, lambda: sdk.bots.retrieve(bot_id=UNPUBLISHED_BOT_ID, is_published=True, use_api_version=version))


def test_shows_a_draft(sdk: Any) -> None:
    draft = sdk.bots.retrieve(bot_id=UNPUBLISHED_BOT_ID, use_api_version=2, is_published=False)
    assert draft.bot_id == UNPUBLISHED_BOT_ID


@pytest.mark.parametrize("version", [1, 2])
def test_lists_every_bot_once(sdk: Any, bot_id: str, version: int) -> None:
    found = listed(sdk, use_api_version=version)
    assert {BOT_ID, bot_id} <= set(found)
    assert len(found) == len(set(found))
    assert UNPUBLISHED_BOT_ID not in found


def test_lists_by_status_and_channel(sdk: Any, bot_id: str) -> None:
    drafts = listed(sdk, use_api_version=2, publish_status=PublishStatus.UNPUBLISHED_DRAFT)
    assert UNPUBLISHED_BOT_ID in drafts
    assert bot_id not in drafts
    assert {bot_id, *drafts} < set(listed(sdk, use_api_version=2, publish_status=PublishStatus.ALL))
    online = PublishStatus.PUBLISHED_ONLINE
    assert bot_id in listed(sdk, use_api_version=2, publish_status=online, connector_id="1024")
    assert not listed(sdk, use_api_version=2, publish_status=online, connector_id="999")


def test_changes_a_bot(sdk: Any, bot_id: str) -> None:
    sdk.bots.update(
        bot_id=bot_id,
        name="Renamed",
        description="new",
        prompt_info=BotPromptInfo(prompt="p"),
        onboarding_info=BotOnboardingInfo(prologue="hi", suggested_questions=["q"]),
        model_info_config=BotModelInfo(model_id="7"),
    )
    assert sdk.bots.retrieve(bot_id=bot_id).name == "Made by a test"
    sdk.bots.publish(bot_id=bot_id)
    bot = sdk.bots.retrieve(bot_id=bot_id)
    assert (bot.name, bot.description, bot.prompt_info.prompt, bot.model_info.model_id) == ("Renamed", "new", "p", "7")
    assert bot.onboarding_info.suggested_questions == ["q"]


def test_chats_only_with_what_is_published(sdk: Any, bot_id: str) -> None:
    assert sdk.chat.create(**question("hi", bot_id=bot_id)).bot_id == bot_id
    sdk.bots.unpublish(bot_id=bot_id, connector_id="1024")
    is_refused(4015, lambda: sdk.chat.create(**question("hi", bot_id=bot_id)))
    is_refused(4015, lambda: sdk.bots.retrieve(bot_id=bot_id))
    assert bot_id not in listed(sdk)


def test_refuses_bots_that_there_cannot_be(sdk: Any) -> None:
    is_refused(4200, lambda: sdk.bots.create(space_id="1", name="n"))
    is_refused(4000, lambda: sdk.bots.create(space_id=WORKSPACE_ID, name="n" * 21))
    is_refused(4200, lambda: sdk.bots.update(bot_id="1", name="n"))
    is_refused(4200, lambda: sdk.bots.publish(bot_id="1"))
    is_refused(4200, lambda: sdk.bots.unpublish(bot_id="1", connector_id="1024"))
