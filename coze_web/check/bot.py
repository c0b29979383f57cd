"""Why the bot cannot be chatted with, or that it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.check.finding import Finding, bad, unexpected
from coze_web.check.looking import BOT_UNKNOWN
from coze_web.errors import RefusedError

if TYPE_CHECKING:
    from coze_web.check.looking import Seen
    from coze_web.settings import Settings


def explain_bot(seen: Seen, settings: Settings) -> Finding:
    """Say it."""
    error = seen.published
    if isinstance(error, str):
        return Finding(
            ok=True,
            en=f"bot {settings.bot_id} is published to the API: {error}",
            zh=f"智能体 {settings.bot_id} 已发布为 API 服务：{error}",
        )
    if not isinstance(error, RefusedError):
        return unexpected(error)
    if error.code == "4015" or isinstance(seen.draft, str):
        return bad(
            en=f"bot {settings.bot_id} is not published to the API: publish it with the channel 'API'",
            zh=f"智能体 {settings.bot_id} 未发布为 API 服务：请在发布时勾选 API 渠道",
            logid=error.logid,
        )
    if error.code in BOT_UNKNOWN and settings.flavor == "studio":
        return bad(
            en=f"the Studio has no published bot {settings.bot_id} of the token's account (code {error.code}):"
            " publish it with the channel 'API', or check COZE_BOT_ID",
            zh=f"Studio 中没有属于该令牌账号且已发布的智能体 {settings.bot_id}（错误码 {error.code}）："
            "请发布到 API 渠道，或检查 COZE_BOT_ID",
            logid=error.logid,
        )
    if error.code in BOT_UNKNOWN:
        return bad(
            en=f"the token sees no bot {settings.bot_id} (code {error.code}): check COZE_BOT_ID, region, permissions",
            zh=f"该令牌看不到智能体 {settings.bot_id}（错误码 {error.code}）：请检查 COZE_BOT_ID、区域与权限",
            logid=error.logid,
        )
    return unexpected(error)
