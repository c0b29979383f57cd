"""Why Coze does not take the token, or the key that signs for tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from coze_web.check.finding import Finding, bad, proxy, unexpected
from coze_web.check.key_trouble import why_refused
from coze_web.check.looking import look
from coze_web.errors import RefusedError, UnreachableError, UpstreamError
from coze_web.refusals import is_about_token

if TYPE_CHECKING:
    from coze_web.settings import Settings

OTHER_REGION = {"https://api.coze.cn": "https://api.coze.com", "https://api.coze.com": "https://api.coze.cn"}


def explain_token(error: UpstreamError, settings: Settings, *, other_region: bool) -> Finding:
    """Say it; `other_region` allows the credential to be sent to the other region too."""
    # httpx does not tell a proxy that cannot be reached from a Coze that cannot be reached.
    if isinstance(error, UnreachableError) and (error.through_proxy or _has_proxy(settings.base_url)):
        return proxy(error)
    if not isinstance(error, RefusedError):
        return bad(
            en=f"{settings.base_url} cannot be reached: check address, DNS, firewall, certificate ({error.describe()})",
            zh=f"无法连接 {settings.base_url}：请检查地址、DNS、防火墙和 TLS 证书",
        )
    if error.code == "oauth_refused":
        return _refused_key(error, settings, other_region=other_region)
    if not error.is_json:
        return proxy(error)
    if is_about_token(error):
        return _refused_token(error, settings, other_region=other_region)
    return unexpected(error)


def _refused_token(error: RefusedError, settings: Settings, *, other_region: bool) -> Finding:
    other = OTHER_REGION.get(settings.base_url)
    if other is None or not other_region:
        hint = f"; or it belongs to {other} (try --other-region)" if other else ""
        tip = f"；也可能属于 {other}（可用 --other-region 确认）" if other else ""
        return bad(
            en=f"the token is refused (code {error.code}): it is wrong, expired, revoked, or lacks permissions{hint}",
            zh=f"令牌被拒绝（错误码 {error.code}）：令牌有误、已过期、被撤销或缺少权限{tip}",
            logid=error.logid,
        )
    there = look(settings.model_copy(update={"base_url": other})).owner
    if isinstance(there, RefusedError):
        return bad(
            en=f"the token is refused here and at {other}: wrong, expired, revoked, or lacking permissions",
            zh=f"令牌在此处和 {other} 均被拒绝：令牌有误、已过期、被撤销或缺少权限",
            logid=error.logid,
        )
    if isinstance(there, UpstreamError):
        return bad(
            en=f"the token is refused here (code {error.code}), and {other} cannot be reached to try it there",
            zh=f"令牌在此处被拒绝（错误码 {error.code}），且无法连接 {other} 进一步确认",
            logid=error.logid,
        )
    return _other_region(other, error.logid)


def _refused_key(error: RefusedError, settings: Settings, *, other_region: bool) -> Finding:
    other = OTHER_REGION.get(settings.base_url)
    if other and other_region and isinstance(look(settings.model_copy(update={"base_url": other})).owner, str):
        return _other_region(other, error.logid)
    cause = why_refused(error.text, error.clock_ahead)
    return bad(
        en=f"{settings.base_url} refuses the OAuth app's key: {cause.en}",
        zh=f"{settings.base_url} 拒绝了 OAuth 应用的密钥：{cause.zh}",
        logid=error.logid,
    )


def _other_region(address: str, logid: str) -> Finding:
    return bad(
        en=f"the credentials belong to the other region: set COZE_API_BASE_URL={address}",
        zh=f"凭证属于另一个区域：请设置 COZE_API_BASE_URL={address}",
        logid=logid,
    )


def _has_proxy(url: str) -> bool:
    parts, proxies = urlsplit(url), getproxies()
    return (parts.scheme in proxies or "all" in proxies) and not proxy_bypass(parts.hostname or "")
