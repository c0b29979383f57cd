"""The token's owner and the bots: `/v1/users/me` and `/v1/bot*`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from coze_web.emulator.access import find_bot, require_token
from coze_web.emulator.bots import USER
from coze_web.emulator.question import required
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.replies import ok

bp = Blueprint("account", __name__, url_prefix="/v1")
bp.before_request(require_token)


@bp.get("/users/me")
def me() -> Response:
    """Tell whose token it is."""
    return ok(USER)


@bp.get("/bot/get_online_info")
def online_info() -> Response:
    """Show a published bot; the first generation of the API knows no drafts."""
    return _show(required(request.args, "bot_id"), published_only=True)


@bp.get("/bots/<bot_id>")
def bot(bot_id: str) -> Response:
    """Show a bot, also as a draft unless the query says `is_published=true`."""
    return _show(bot_id, published_only=request.args.get("is_published", "").lower() == "true")


def _show(bot_id: str, *, published_only: bool) -> Response:
    found = find_bot(bot_id)
    if published_only and not found.published:
        # Unverified: the code. 4015 is what a chat with such a bot is refused with.
        raise Refusal(4015)
    return ok(found.view())
