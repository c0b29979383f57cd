"""One line of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coze_web.errors import RefusedError

if TYPE_CHECKING:
    from coze_web.errors import UpstreamError


class Finding(NamedTuple):
    """One line of the report, in both languages."""

    ok: bool
    en: str
    zh: str
    logid: str = ""


def bad(en: str, zh: str, logid: str = "") -> Finding:
    """Return one that says what is wrong and what to do."""
    return Finding(ok=False, en=en, zh=zh, logid=logid)


def proxy(error: UpstreamError) -> Finding:
    """Say that it may not be Coze who answers."""
    status = error.http_status if isinstance(error, RefusedError) else None
    seen = f" (HTTP {status})" if status else ""
    return bad(
        en=f"something other than Coze answers, perhaps a proxy{seen}: check HTTPS_PROXY, NO_PROXY, address",
        zh=f"应答方不是 Coze，可能是代理{seen}：请检查 HTTPS_PROXY、NO_PROXY 和地址",
        logid=error.logid,
    )


def unexpected(error: UpstreamError) -> Finding:
    """Say what Coze says, in the catalog's words."""
    return bad(
        en=f"Coze answers code {error.code}: {error.body('en', '')['message']}",
        zh=f"Coze 返回错误码 {error.code}：{error.body('zh', '')['message']}",
        logid=error.logid,
    )
