"""`/api/v1/coze/bots`: the owner's bots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.inputs import BotsQuery
from coze_web.openapi import Described
from coze_web.openapi.codes import ASKS_COZE
from coze_web.operator import operator_blueprint, show
from coze_web.reading import read_query
from coze_web.resources import Bot, BotSummary, Page
from coze_web.services import services

if TYPE_CHECKING:
    from flask import Response

bp = operator_blueprint("bots")


@bp.get("")
@Described(query=BotsQuery, gives=Page[BotSummary], codes=ASKS_COZE)
def list_bots() -> Response:
    """List a workspace's bots, drafts included."""
    wanted = read_query(BotsQuery)
    return show(services().gateway.bots.list(wanted.workspace_id, wanted.page_num, wanted.page_size))


@bp.get("/<bot_id>")
@Described(gives=Bot, codes=ASKS_COZE)
def retrieve_bot(bot_id: str) -> Response:
    """Show one bot as its owner edits it."""
    return show(services().gateway.bots.retrieve(bot_id))
