"""What visitors may see of the bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coze_web.gateway.bots import Bots


@dataclass(frozen=True)
class BotFace:
    """The bot as its owner presents it; nothing of how it works."""

    name: str
    description: str
    icon_url: str
    opening_text: str
    suggested_questions: list[str]


def ask_face(bots: Bots, bot_id: str) -> BotFace:
    """Ask Coze for a bot's face.

    Raises:
        UpstreamError: Coze does not give it.

    """
    bot = bots.published(bot_id)
    onboarding = bot.onboarding
    return BotFace(
        name=bot.name or "",
        description=bot.description or "",
        icon_url=bot.icon_url or "",
        opening_text=onboarding.prologue if onboarding else "",
        suggested_questions=(onboarding.suggested_questions or []) if onboarding else [],
    )
