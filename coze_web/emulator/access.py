"""Who may come in."""

from __future__ import annotations

from flask import request

from coze_web.emulator.bots import BOTS, TOKEN, Bot
from coze_web.emulator.refusals import Refusal


def require_token() -> None:
    """Refuse 700012006 (HTTP 401) unless the request carries the token."""
    if not _has_token():
        raise Refusal(700012006)


def find_bot(bot_id: str) -> Bot:
    """Return a bot; refuse 4200 where there is none."""
    if bot_id not in BOTS:
        raise Refusal(4200, f"Requested resource bot_id={bot_id} does not exist.")
    return BOTS[bot_id]


def admit_to_chat(bot_id: str) -> None:
    """Refuse 4200, 4101 or 4015, in this order: Coze looks up the bot before it looks at the token."""
    bot = find_bot(bot_id)
    # Unverified: 4101 was seen without a token, and is taken to stand for a wrong one too.
    if not _has_token():
        raise Refusal(4101)
    if not bot.published:
        raise Refusal(4015)


def _has_token() -> bool:
    return request.headers.get("Authorization") == f"Bearer {TOKEN}"
