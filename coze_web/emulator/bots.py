"""The bots of one emulator: a draft that is edited, and what of it was published."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from coze_web.emulator.owner import API_CONNECTOR, USER, WORKSPACE_ID
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.wire import new_id

BOT_ID = "7379462189365198898"
UNPUBLISHED_BOT_ID = "7379462189365198899"
SECOND_BOT_ID = "7379462189365198900"

ICON = "/_emulator/icon.png"  # on the emulator itself, whatever address it is asked at
CREATED = 1718000000
PUBLISHED = 1718700000

DRAFT: dict[str, Any] = {
    "description": "",
    "icon_url": "",
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


@dataclass(eq=False)
class Bot:
    """A bot; `draft` and `online` are its fields as `GET /v1/bots/{id}` shows them."""

    draft: dict[str, Any]
    created_at: float
    updated_at: float
    id: str = field(default_factory=new_id)
    online: dict[str, Any] = field(default_factory=dict)
    connectors: set[str] = field(default_factory=set)
    published_at: float = 0

    @property
    def published(self) -> bool:
        """Tell whether the bot can be chatted with over the API."""
        return API_CONNECTOR in self.connectors

    @property
    def version(self) -> str:
        """Return the number of the latest version, "" before there is one."""
        return str(int(self.published_at * 1000)) if self.published_at else ""

    def update(self, changes: dict[str, Any], now: float) -> None:
        """Change the draft; what is online stays as it is until the bot is published again."""
        self.draft = {**self.draft, **changes}
        self.updated_at = now

    def publish(self, connectors: list[str], now: float) -> None:
        """Put the draft online in these channels."""
        self.connectors.update(connectors)
        self.online = self.draft
        self.published_at = now

    def view(self, *, online: bool) -> dict[str, Any]:
        """Return the Bot object, every nested object that cozepy parses included."""
        return {
            "bot_id": self.id,
            "create_time": int(self.created_at),
            "update_time": int(self.updated_at),
            "version": self.version,
            "owner_user_id": USER["user_id"],
            "bot_mode": 0,
            **(self.online if online else self.draft),
        }

    def item(self, *, online: bool) -> dict[str, Any]:
        """Return the bot as a list shows it."""
        fields = self.online if online else self.draft
        return {
            "id": self.id,
            "name": fields["name"],
            "description": fields["description"],
            "icon_url": fields["icon_url"],
            "is_published": bool(self.connectors),
            "updated_at": int(self.updated_at),
            "owner_user_id": USER["user_id"],
            **({"published_at": int(self.published_at)} if self.published_at else {}),
        }


class Bots:
    """All bots of the one workspace, oldest first."""

    def __init__(self) -> None:
        self._bots = {bot.id: bot for bot in _first_bots()}

    def all(self) -> list[Bot]:
        """Return every bot, oldest first."""
        return list(self._bots.values())

    def add(self, bot: Bot) -> None:
        """Keep a new bot."""
        self._bots[bot.id] = bot

    def find(self, bot_id: str) -> Bot:
        """Return a bot; refuse 4200 where there is none."""
        if bot_id not in self._bots:
            raise Refusal(4200, f"Requested resource bot_id={bot_id} does not exist.")
        return self._bots[bot_id]


def require_workspace(workspace_id: str) -> None:
    """Refuse 4200 any workspace but the one that there is."""
    # Unverified: what Coze answers to a workspace that it does not know.
    if workspace_id != WORKSPACE_ID:
        raise Refusal(4200, f"Requested resource space_id={workspace_id} does not exist.")


def _first_bots() -> list[Bot]:
    bots = [
        _bot(BOT_ID, "Embedded Coze", "The demo bot, published as an API", ICON),
        _bot(UNPUBLISHED_BOT_ID, "Embedded Coze draft", "A bot that nobody has published yet"),
        _bot(SECOND_BOT_ID, "Embedded Coze II", "Another demo bot, published as an API"),
    ]
    for bot in bots:
        if bot.id != UNPUBLISHED_BOT_ID:
            bot.publish([API_CONNECTOR], PUBLISHED)
    return bots


def _bot(bot_id: str, name: str, description: str, icon_url: str = "") -> Bot:
    draft = {**DRAFT, "name": name, "description": description, "icon_url": icon_url}
    return Bot(draft, CREATED, PUBLISHED, bot_id)
