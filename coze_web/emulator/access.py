"""Who may come in."""

from __future__ import annotations

from flask import request

from coze_web.emulator.owner import TOKEN
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.services import services


def require_token() -> None:
    """Refuse 700012006 (HTTP 401) unless the request carries a token."""
    if not has_token():
        raise Refusal(700012006)


def require_token_to_run() -> None:
    """Refuse 4100 (HTTP 401) unless the request carries a token."""
    if not has_token():
        raise Refusal(4100)


def admit_to_chat(bot_id: str) -> None:
    """Refuse 4200, 4101 or 4015, in this order: Coze looks up the bot before it looks at the token."""
    bot = services().store.bots.find(bot_id)
    # Unverified: 4101 was seen without a token, and is taken to stand for a wrong one too.
    if not has_token():
        raise Refusal(4101)
    if not bot.published:
        raise Refusal(4015)


def has_token() -> bool:
    """Tell whether the request carries the owner's token, or one that was granted."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    now = services().clock.time()
    return scheme == "Bearer" and (token == TOKEN or services().store.grants.holds(token, now))
