"""What Coze answers to the free calls that tell of a token and a bot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from coze_web.errors import RefusedError, UpstreamError
from coze_web.gateway import async_coze
from coze_web.refusals import our_errors

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from coze_web.settings import Settings

LONGEST_WAIT = 10  # seconds for one call
BOT_UNKNOWN = {"4000", "4006", "4101", "4200", "100000003", "110000001"}


class Seen(NamedTuple):
    """What Coze answered: a name, or why not."""

    owner: str | UpstreamError
    published: str | UpstreamError
    draft: str | UpstreamError


def look(settings: Settings) -> Seen:
    """Ask; what cannot be answered is the answer."""
    try:
        return asyncio.run(_ask(settings))
    except UpstreamError as error:  # there is not even a client, perhaps for the proxy that is set
        return Seen(error, error, error)


async def _ask(settings: Settings) -> Seen:
    bot_id = settings.bot_id or ""
    async with async_coze(settings) as coze:
        if settings.flavor == "studio":
            return _of_studio(await _name(coze.bots.retrieve(bot_id=bot_id)))
        # What get_online_info answers for an unpublished bot is not documented; so the draft is asked for as well.
        return Seen(
            *await asyncio.gather(
                _name(coze.users.me()),
                _name(coze.bots.retrieve(bot_id=bot_id)),
                _name(coze.bots.retrieve(bot_id=bot_id, is_published=False, use_api_version=2)),
            )
        )


def _of_studio(published: str | UpstreamError) -> Seen:
    """Tell the token from the bot: a Studio has one call that knows of both, and no drafts."""
    knows_token = isinstance(published, str) or (isinstance(published, RefusedError) and published.code in BOT_UNKNOWN)
    return Seen("" if knows_token else published, published, published)


async def _name(asked: Awaitable[Any]) -> str | UpstreamError:
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            with our_errors():
                found = await asked
    except UpstreamError as error:
        return error
    except TimeoutError:
        return UpstreamError("upstream_timeout")
    return getattr(found, "name", None) or ""
