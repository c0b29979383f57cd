"""The bots: `/v1/bots*`, and the older `/v1/bot/*` and `/v1/space/published_bots_list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from flask import Blueprint, Response, request

from coze_web.emulator.access import require_token
from coze_web.emulator.bots import DRAFT, Bot, require_workspace
from coze_web.emulator.fields import limited, one_of, optional, read_json, required
from coze_web.emulator.owner import API_CONNECTOR
from coze_web.emulator.paging import read_page
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.replies import answer, ok
from coze_web.emulator.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

bp = Blueprint("bots", __name__, url_prefix="/v1")
bp.before_request(require_token)

# Unverified: no largest page of bots is documented.
MOST_BOTS = 100
LONGEST = {"name": 20, "description": 500}
# As a request names them, and as a bot shows them.
OBJECTS = {
    "prompt_info": "prompt_info",
    "onboarding_info": "onboarding_info",
    "knowledge": "knowledge",
    "suggest_reply_info": "suggest_reply_info",
    "model_info_config": "model_info",
}
STATUSES = ("published_online", "published_draft", "unpublished_draft", "all")


@bp.get("/bots")
def list_bots() -> Response:
    """List the bots of a workspace; without a `publish_status` those that are online."""
    require_workspace(required(request.args, "workspace_id"))
    page = read_page(request.args, size=20, most=MOST_BOTS)
    status = one_of(request.args, "publish_status", STATUSES)
    has_status = _filter(status, request.args.get("connector_id") or API_CONNECTOR)
    bots = [bot for bot in services().store.bots.all() if has_status(bot)]
    items = [_with_icon(bot.item(online=status == "published_online")) for bot in page.cut(bots)]
    return ok({"items": items, "total": len(bots)})


@bp.get("/space/published_bots_list")
def list_published() -> Response:
    """List what is online, as the first generation of the API does."""
    require_workspace(required(request.args, "space_id"))
    page = read_page(request.args, size=20, most=MOST_BOTS)
    bots = [bot for bot in services().store.bots.all() if bot.published]
    return ok({"space_bots": [_old_item(bot) for bot in page.cut(bots)], "total": len(bots)})


@bp.get("/bot/get_online_info")
def online_info() -> Response:
    """Show a published bot; the first generation of the API knows no drafts."""
    return _show(required(request.args, "bot_id"), online=True)


@bp.get("/bots/<bot_id>")
def retrieve(bot_id: str) -> Response:
    """Show a bot as a draft, or what is online of it if the query says `is_published=true`."""
    # Unverified: the default. The SDK says that it is what is online, which a draft without a version cannot show.
    return _show(
        bot_id, online=not services().profile.has_drafts or request.args.get("is_published", "").lower() == "true"
    )


@bp.post("/bot/create")
def create() -> Response:
    """Make a bot, as a draft."""
    fields = read_json(request.get_data())
    require_workspace(required(fields, "space_id"))
    required(fields, "name")
    now = services().clock.time()
    bot = Bot({**DRAFT, **_changes(fields)}, now, now)
    services().store.bots.add(bot)
    return ok({"bot_id": bot.id})


@bp.post("/bot/update")
def update() -> Response:
    """Change the draft of a bot: the fields that are given, the others stay."""
    fields = read_json(request.get_data())
    bot = services().store.bots.find(required(fields, "bot_id"))
    bot.update(_changes(fields), services().clock.time())
    return answer()


@bp.post("/bot/publish")
def publish() -> Response:
    """Put the draft of a bot online."""
    fields = read_json(request.get_data())
    bot = services().store.bots.find(required(fields, "bot_id"))
    connectors = optional(fields, "connector_ids", list, [])
    if not connectors or not all(isinstance(connector, str) for connector in connectors):
        raise Refusal(4000, "connector_ids must be a list of strings.")
    bot.publish(connectors, services().clock.time())
    return ok({"bot_id": bot.id, "version": bot.version})


@bp.post("/bots/<bot_id>/unpublish")
def unpublish(bot_id: str) -> Response:
    """Take a bot off one channel."""
    bot = services().store.bots.find(bot_id)
    bot.connectors.discard(required(read_json(request.get_data()), "connector_id"))
    return answer()


def _show(bot_id: str, *, online: bool) -> Response:
    bot = services().store.bots.find(bot_id)
    if online and not bot.published:
        # Unverified: the code. 4015 is what a chat with such a bot is refused with.
        raise Refusal(4015)
    return ok(_with_icon(bot.view(online=online)))


def _filter(status: str, connector: str) -> Callable[[Bot], bool]:
    if status == "all":
        return lambda _: True
    if status == "unpublished_draft":
        return lambda bot: not bot.connectors
    return lambda bot: connector in bot.connectors


def _with_icon(fields: dict[str, Any]) -> dict[str, Any]:
    path = fields["icon_url"]
    return {**fields, "icon_url": path and urljoin(request.host_url, path)}


def _old_item(bot: Bot) -> dict[str, str]:
    item = _with_icon(bot.item(online=True))
    return {
        "bot_id": item["id"],
        "bot_name": item["name"],
        "description": item["description"],
        "icon_url": item["icon_url"],
        "publish_time": str(item["published_at"]),
    }


def _changes(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what a request changes in a draft; an icon, plugins and workflows are taken and not shown."""
    texts = {name: limited(fields, name, most) for name, most in LONGEST.items() if fields.get(name) is not None}
    objects = {shown: optional(fields, name, dict, {}) for name, shown in OBJECTS.items() if fields.get(name)}
    return {**texts, **objects}
