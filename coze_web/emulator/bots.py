"""Who lives in the emulated Coze: one token, one published bot, one draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TOKEN = "pat_emulator"  # noqa: S105 - a public constant, good for nothing but the emulator
BOT_ID = "7379462189365198898"
UNPUBLISHED_BOT_ID = "7379462189365198899"

USER = {
    "user_id": "7379462189365190001",
    "user_name": "emulator",
    "nick_name": "Embedded Coze",
    "avatar_url": "",
}


@dataclass(frozen=True)
class Bot:
    """A bot of the demo account."""

    id: str
    name: str
    description: str
    published: bool

    def view(self) -> dict[str, Any]:
        """Return the bot as `GET /v1/bots/{id}` shows it, every nested object that cozepy parses included."""
        return {
            "bot_id": self.id,
            "name": self.name,
            "description": self.description,
            "icon_url": "",
            "create_time": 1718000000,
            "update_time": 1718700000,
            "version": "1718700000000" if self.published else "",
            "owner_user_id": USER["user_id"],
            "bot_mode": 0,
            "prompt_info": {"prompt": "You are the demo bot of the embedded Coze."},
            "onboarding_info": {
                "prologue": "你好，我是嵌入式 Coze 的演示机器人。Hello, I am the demo bot of the embedded Coze.",
                "suggested_questions": ["/help", "用表格介绍一下你自己", "Think: why is the sky blue?"],
            },
            "knowledge": {"dataset_ids": [], "auto_call": True, "search_strategy": 0},
            "model_info": {"model_id": "1", "model_name": "script"},
            "suggest_reply_info": {"reply_mode": "disable", "customized_prompt": ""},
            "plugin_info_list": [],
            "workflow_info_list": [],
        }


BOTS = {
    bot.id: bot
    for bot in (
        Bot(BOT_ID, "Embedded Coze", "The demo bot, published as an API", published=True),
        Bot(UNPUBLISHED_BOT_ID, "Embedded Coze draft", "A bot that nobody has published yet", published=False),
    )
}
