"""What is wrong with a configuration, found out by free calls only: never a chat."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from coze_web.errors import CozeWebError, RefusedError, UnreachableError, UpstreamError
from coze_web.flavor import who_answers
from coze_web.gateway import async_coze
from coze_web.key_trouble import why_refused
from coze_web.refusals import TOKEN_REFUSED, our_errors
from coze_web.runlog import RunFilter, RunLog, describe

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from coze_web.settings import Settings

OTHER_REGION = {"https://api.coze.cn": "https://api.coze.com", "https://api.coze.com": "https://api.coze.cn"}
LONGEST_WAIT = 10  # seconds for one call
BOT_UNKNOWN = {"4000", "4006", "4101", "4200", "100000003", "110000001"}


class Finding(NamedTuple):
    """One line of the report, in both languages."""

    ok: bool
    en: str
    zh: str
    logid: str = ""


def check(settings: Settings, *, other_region: bool) -> list[Finding]:
    """Look at the address, the token and the bot, in this order, until something is wrong.

    Args:
        settings: already checked for their form.
        other_region: whether the token may be sent to the other region too, to find out whether it belongs there.

    Returns:
        One finding per thing looked at; only the last can be bad.

    """
    if settings.missing:
        return [_missing(settings.missing)]
    answering = asyncio.run(who_answers(settings.base_url))
    if answering not in {None, settings.flavor}:
        return [_wrong_flavor(settings)]
    seen = _look(settings)
    if isinstance(seen.owner, UpstreamError):
        return [_explain_token(seen.owner, settings, other_region=other_region)]
    accepted = Finding(
        ok=True,
        en=f"{settings.base_url} accepts the token",
        zh=f"{settings.base_url} 接受该令牌",
    )
    about_bot = _explain_bot(seen, settings)
    if not about_bot.ok or not settings.operator_token or not settings.database_url:
        return [accepted, about_bot]
    return [accepted, about_bot, _check_runlog(settings.database_url.get_secret_value(), settings)]


class _Seen(NamedTuple):
    """What Coze answered: a name, or why not."""

    owner: str | UpstreamError
    published: str | UpstreamError
    draft: str | UpstreamError


def _look(settings: Settings) -> _Seen:
    try:
        return asyncio.run(_ask(settings))
    except UpstreamError as error:  # there is not even a client, perhaps for the proxy that is set
        return _Seen(error, error, error)


async def _ask(settings: Settings) -> _Seen:
    bot_id = settings.bot_id or ""
    async with async_coze(settings) as coze:
        if settings.flavor == "studio":
            return _of_studio(await _name(coze.bots.retrieve(bot_id=bot_id)))
        # What get_online_info answers for an unpublished bot is not documented; so the draft is asked for as well.
        return _Seen(
            *await asyncio.gather(
                _name(coze.users.me()),
                _name(coze.bots.retrieve(bot_id=bot_id)),
                _name(coze.bots.retrieve(bot_id=bot_id, is_published=False, use_api_version=2)),
            )
        )


def _of_studio(published: str | UpstreamError) -> _Seen:
    """Tell the token from the bot: a Studio has one call that knows of both, and no drafts."""
    knows_token = isinstance(published, str) or (isinstance(published, RefusedError) and published.code in BOT_UNKNOWN)
    return _Seen("" if knows_token else published, published, published)


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


def _has_proxy(url: str) -> bool:
    parts, proxies = urlsplit(url), getproxies()
    return (parts.scheme in proxies or "all" in proxies) and not proxy_bypass(parts.hostname or "")


def _check_runlog(url: str, settings: Settings) -> Finding:
    log = RunLog(url, folder=Path(), days=settings.runlog_days, keeps_content=settings.runlog_content)
    try:
        log.page(RunFilter(page_size=1))
    except CozeWebError as error:
        why = describe(error.__cause__) if isinstance(error.__cause__, Exception) else ""
        return _bad(
            en=f"the run log's database cannot be used: {why}; check DATABASE_URL (%-escape what is odd in a password)",
            zh=f"运行记录的数据库无法使用：{why}；请检查 DATABASE_URL（密码中的特殊字符需 % 转义）",
        )
    finally:
        log.close()
    return Finding(ok=True, en="the run log's database can be used", zh="运行记录的数据库可用")


def _bad(en: str, zh: str, logid: str = "") -> Finding:
    return Finding(ok=False, en=en, zh=zh, logid=logid)


def _missing(names: list[str]) -> Finding:
    listed = ", ".join(names)
    return _bad(
        en=f"{listed} not set: put it into the environment or into .env",
        zh=f"未设置 {listed}：请写入环境变量或 .env 文件",
    )


def _wrong_flavor(settings: Settings) -> Finding:
    if settings.flavor == "cloud":
        return _bad(
            en=f"{settings.base_url} is a self-hosted Coze Studio: set COZE_FLAVOR=studio",
            zh=f"{settings.base_url} 是自托管的 Coze Studio：请设置 COZE_FLAVOR=studio",
        )
    return _bad(
        en=f"{settings.base_url} is the Coze cloud, not a Studio: unset COZE_FLAVOR, or correct COZE_API_BASE_URL",
        zh=f"{settings.base_url} 是 Coze 云服务而非 Studio：请取消 COZE_FLAVOR，或改正 COZE_API_BASE_URL",
    )


def _explain_token(error: UpstreamError, settings: Settings, *, other_region: bool) -> Finding:
    # httpx does not tell a proxy that cannot be reached from a Coze that cannot be reached.
    if isinstance(error, UnreachableError) and (error.through_proxy or _has_proxy(settings.base_url)):
        return _proxy(error)
    if not isinstance(error, RefusedError):
        return _bad(
            en=f"{settings.base_url} cannot be reached: check address, DNS, firewall, certificate ({error.describe()})",
            zh=f"无法连接 {settings.base_url}：请检查地址、DNS、防火墙和 TLS 证书",
        )
    if error.code == "oauth_refused":
        return _refused_key(error, settings, other_region=other_region)
    if error.code in TOKEN_REFUSED:
        return _refused_token(error, settings, other_region=other_region)
    if not error.is_json:
        return _proxy(error)
    return _unexpected(error)


def _refused_token(error: RefusedError, settings: Settings, *, other_region: bool) -> Finding:
    other = OTHER_REGION.get(settings.base_url)
    if other is None or not other_region:
        hint = f"; or it belongs to {other} (try --other-region)" if other else ""
        tip = f"；也可能属于 {other}（可用 --other-region 确认）" if other else ""
        return _bad(
            en=f"the token is refused (code {error.code}): it is wrong, expired, revoked, or lacks permissions{hint}",
            zh=f"令牌被拒绝（错误码 {error.code}）：令牌有误、已过期、被撤销或缺少权限{tip}",
            logid=error.logid,
        )
    there = _look(settings.model_copy(update={"base_url": other})).owner
    if isinstance(there, RefusedError):
        return _bad(
            en=f"the token is refused here and at {other}: wrong, expired, revoked, or lacking permissions",
            zh=f"令牌在此处和 {other} 均被拒绝：令牌有误、已过期、被撤销或缺少权限",
            logid=error.logid,
        )
    if isinstance(there, UpstreamError):
        return _bad(
            en=f"the token is refused here (code {error.code}), and {other} cannot be reached to try it there",
            zh=f"令牌在此处被拒绝（错误码 {error.code}），且无法连接 {other} 进一步确认",
            logid=error.logid,
        )
    return _other_region(other, error.logid)


def _refused_key(error: RefusedError, settings: Settings, *, other_region: bool) -> Finding:
    other = OTHER_REGION.get(settings.base_url)
    if other and other_region and isinstance(_look(settings.model_copy(update={"base_url": other})).owner, str):
        return _other_region(other, error.logid)
    cause = why_refused(error.text, error.clock_ahead)
    return _bad(
        en=f"{settings.base_url} refuses the OAuth app's key: {cause.en}",
        zh=f"{settings.base_url} 拒绝了 OAuth 应用的密钥：{cause.zh}",
        logid=error.logid,
    )


def _other_region(address: str, logid: str) -> Finding:
    return _bad(
        en=f"the credentials belong to the other region: set COZE_API_BASE_URL={address}",
        zh=f"凭证属于另一个区域：请设置 COZE_API_BASE_URL={address}",
        logid=logid,
    )


def _explain_bot(seen: _Seen, settings: Settings) -> Finding:
    error = seen.published
    if isinstance(error, str):
        return Finding(
            ok=True,
            en=f"bot {settings.bot_id} is published to the API: {error}",
            zh=f"智能体 {settings.bot_id} 已发布为 API 服务：{error}",
        )
    if not isinstance(error, RefusedError):
        return _unexpected(error)
    if error.code == "4015" or isinstance(seen.draft, str):
        return _bad(
            en=f"bot {settings.bot_id} is not published to the API: publish it with the channel 'API'",
            zh=f"智能体 {settings.bot_id} 未发布为 API 服务：请在发布时勾选 API 渠道",
            logid=error.logid,
        )
    if error.code in BOT_UNKNOWN and settings.flavor == "studio":
        return _bad(
            en=f"the Studio has no published bot {settings.bot_id} of the token's account (code {error.code}):"
            " publish it with the channel 'API', or check COZE_BOT_ID",
            zh=f"Studio 中没有属于该令牌账号且已发布的智能体 {settings.bot_id}（错误码 {error.code}）："
            "请发布到 API 渠道，或检查 COZE_BOT_ID",
            logid=error.logid,
        )
    if error.code in BOT_UNKNOWN:
        return _bad(
            en=f"the token sees no bot {settings.bot_id} (code {error.code}): check COZE_BOT_ID, region, permissions",
            zh=f"该令牌看不到智能体 {settings.bot_id}（错误码 {error.code}）：请检查 COZE_BOT_ID、区域与权限",
            logid=error.logid,
        )
    return _unexpected(error)


def _proxy(error: UpstreamError) -> Finding:
    status = error.http_status if isinstance(error, RefusedError) else None
    seen = f" (HTTP {status})" if status else ""
    return _bad(
        en=f"something other than Coze answers, perhaps a proxy{seen}: check HTTPS_PROXY, NO_PROXY, address",
        zh=f"应答方不是 Coze，可能是代理{seen}：请检查 HTTPS_PROXY、NO_PROXY 和地址",
        logid=error.logid,
    )


def _unexpected(error: UpstreamError) -> Finding:
    return _bad(
        en=f"Coze answers code {error.code}: {error.body('en', '')['message']}",
        zh=f"Coze 返回错误码 {error.code}：{error.body('zh', '')['message']}",
        logid=error.logid,
    )
