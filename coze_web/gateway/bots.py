"""Bots. Source: Coze API reference, bots."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import cozepy

from coze_web.gateway.pages import page_of, single
from coze_web.resources import Bot, BotSummary, Page

if TYPE_CHECKING:
    from coze_web.gateway.sdk import Door


class Bots:
    """`/v1/bots`, and the first generation's `/v1/bot/get_online_info` for what is published."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def list(self, workspace_id: str, page_num: int, page_size: int) -> Page[BotSummary]:
        """Return a workspace's bots, drafts included."""
        page = self._page(workspace_id, page_num, page_size)
        if page_num == 1:
            return page
        # A Coze that reads the page number under neither name answers the first page for ever.
        seen = {bot.id for bot in self._page(workspace_id, 1, page_size).items}
        items = [bot for bot in page.items if bot.id not in seen]
        return page.model_copy(update={"items": items, "has_more": page.has_more and bool(items)})

    def retrieve(self, bot_id: str) -> Bot:
        """Return a bot as its owner edits it, published or not."""
        ask = self._door.patient.bots.retrieve
        # The SDK leaves out a filter that is None, and Coze then takes "published" for granted.
        return self._door.ask(lambda: single(Bot, ask(bot_id=bot_id, is_published=False, use_api_version=2)))

    def published(self, bot_id: str) -> Bot:
        """Return a bot as it is published to the API."""
        # Asked once, without another try: visitors are waiting.
        return self._door.ask_once(lambda: single(Bot, self._door.brief.bots.retrieve(bot_id=bot_id)))

    def _page(self, workspace_id: str, page_num: int, page_size: int) -> Page[BotSummary]:
        ask = partial(
            self._door.patient.bots.list,
            space_id=workspace_id,
            publish_status=cozepy.PublishStatus.ALL,
            page_num=page_num,
            page_size=page_size,
            use_api_version=2,
        )
        return self._door.ask(lambda: page_of(BotSummary, ask(), counted=True))
