"""What is wrong with a configuration, found out by free calls only: never a chat."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from coze_web.check.bot import explain_bot
from coze_web.check.finding import Finding, bad
from coze_web.check.flavor import who_answers
from coze_web.check.looking import look
from coze_web.check.token import explain_token
from coze_web.errors import CozeWebError, UpstreamError
from coze_web.rate import storage_answers
from coze_web.runlog import RunFilter, RunLog, describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.settings import Settings

__all__ = ["Finding", "check"]


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
    seen = look(settings)
    if isinstance(seen.owner, UpstreamError):
        return [explain_token(seen.owner, settings, other_region=other_region)]
    accepted = Finding(
        ok=True,
        en=f"{settings.base_url} accepts the token",
        zh=f"{settings.base_url} 接受该令牌",
    )
    about_bot = explain_bot(seen, settings)
    if not about_bot.ok:
        return [accepted, about_bot]
    return [accepted, about_bot, *_around(settings)]


def _around(settings: Settings) -> Iterator[Finding]:
    """Look at what is not Coze's, until something is wrong."""
    if settings.operator_token and settings.database_url:
        yield (runlog := _check_runlog(settings.database_url.get_secret_value(), settings))
        if not runlog.ok:
            return
    if not (uri := settings.storage_uri.get_secret_value()).startswith("memory:"):
        yield (storage := _check_storage(uri))
        if not storage.ok:
            return
    if settings.misspelt:
        yield _misspelt(settings.misspelt)


def _check_storage(uri: str) -> Finding:
    if not storage_answers(uri):
        return bad(
            en="the Redis of REDIS_URL or RATELIMIT_STORAGE_URI cannot be used: each worker counts its limits alone",
            zh="REDIS_URL 或 RATELIMIT_STORAGE_URI 指向的 Redis 无法使用：各 worker 将各自计算限额",
        )
    return Finding(ok=True, en="the Redis for the limits can be used", zh="用于限额的 Redis 可用")


def _misspelt(names: list[str]) -> Finding:
    listed = ", ".join(names)
    return bad(en=f"there is no such setting, so it does nothing: {listed}", zh=f"没有这样的配置项，不起作用：{listed}")


def _check_runlog(url: str, settings: Settings) -> Finding:
    log = RunLog(url, folder=Path(), days=settings.runlog_days, keeps_content=settings.runlog_content)
    try:
        log.page(RunFilter(page_size=1))
    except CozeWebError as error:
        why = describe(error.__cause__) if isinstance(error.__cause__, Exception) else ""
        return bad(
            en=f"the run log's database cannot be used: {why}; check DATABASE_URL (%-escape what is odd in a password)",
            zh=f"运行记录的数据库无法使用：{why}；请检查 DATABASE_URL（密码中的特殊字符需 % 转义）",
        )
    finally:
        log.close()
    return Finding(ok=True, en="the run log's database can be used", zh="运行记录的数据库可用")


def _missing(names: list[str]) -> Finding:
    listed = ", ".join(names)
    return bad(
        en=f"{listed} not set: put it into the environment or into .env",
        zh=f"未设置 {listed}：请写入环境变量或 .env 文件",
    )


def _wrong_flavor(settings: Settings) -> Finding:
    if settings.flavor == "cloud":
        return bad(
            en=f"{settings.base_url} is a self-hosted Coze Studio: set COZE_FLAVOR=studio",
            zh=f"{settings.base_url} 是自托管的 Coze Studio：请设置 COZE_FLAVOR=studio",
        )
    return bad(
        en=f"{settings.base_url} is the Coze cloud, not a Studio: unset COZE_FLAVOR, or correct COZE_API_BASE_URL",
        zh=f"{settings.base_url} 是 Coze 云服务而非 Studio：请取消 COZE_FLAVOR，或改正 COZE_API_BASE_URL",
    )
