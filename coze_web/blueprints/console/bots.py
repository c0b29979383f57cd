"""The owner's bots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.blueprints.console.base import bp, page
from coze_web.blueprints.console.workspaces import list_page
from coze_web.inputs import BotsQuery
from coze_web.services import services

if TYPE_CHECKING:
    from flask import Response


@bp.get("/bots")
def bots() -> Response:
    """List a workspace's bots, drafts included."""
    coze = services()
    return list_page("bots", BotsQuery, coze.gateway.bots.list, own_bot_id=coze.settings.bot_id)


@bp.get("/bots/<bot_id>")
def bot(bot_id: str) -> Response:
    """Show one bot as its owner edits it."""
    return page("bot", bot=services().gateway.bots.retrieve(bot_id))
