"""The owner's bots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.blueprints.console.base import asked, bp, page
from coze_web.blueprints.console.workspaces import chosen_workspace
from coze_web.inputs import BotsQuery
from coze_web.services import services

if TYPE_CHECKING:
    from flask import Response


@bp.get("/bots")
def bots() -> Response:
    """List a workspace's bots, drafts included."""
    workspaces, workspace_id = chosen_workspace()
    found = None
    if workspace_id:
        wanted = asked(BotsQuery, workspace_id=workspace_id)
        found = services().gateway.bots.list(wanted.workspace_id, wanted.page_num, wanted.page_size)
    return page("bots", workspaces=workspaces, workspace_id=workspace_id, found=found)


@bp.get("/bots/<bot_id>")
def bot(bot_id: str) -> Response:
    """Show one bot as its owner edits it."""
    return page("bot", bot=services().gateway.bots.retrieve(bot_id))
