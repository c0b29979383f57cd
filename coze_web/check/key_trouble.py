"""Why Coze may have refused an OAuth application's key, by what it said. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

MOST_AHEAD = 60.0  # seconds that two clocks may differ


class Cause(NamedTuple):
    """What is wrong and what to do, in both languages."""

    en: str
    zh: str


# The first was seen (coze-py issues 123, 148 and 230; coze-go issue 43).
# Unverified: the others name what the embedded Coze says; the real one may have other words for it.
CAUSES = {
    "kid": Cause(
        "it knows no such public key: check COZE_JWT_OAUTH_PUBLIC_KEY_ID (the key's fingerprint) and the region",
        "找不到该公钥：请检查 COZE_JWT_OAUTH_PUBLIC_KEY_ID（公钥指纹）和区域",
    ),
    "signature": Cause(
        "the private key does not belong to COZE_JWT_OAUTH_PUBLIC_KEY_ID: both must be of one key pair",
        "私钥与 COZE_JWT_OAUTH_PUBLIC_KEY_ID 不匹配：两者必须属于同一密钥对",
    ),
    "iss": Cause(
        "it knows no such OAuth app: check COZE_JWT_OAUTH_CLIENT_ID",
        "找不到该 OAuth 应用：请检查 COZE_JWT_OAUTH_CLIENT_ID",
    ),
    "aud": Cause(
        "the signature is meant for another address: check COZE_API_BASE_URL",
        "签名针对的是另一个地址：请检查 COZE_API_BASE_URL",
    ),
}
UNKNOWN = Cause(
    "check COZE_JWT_OAUTH_CLIENT_ID, the key, its COZE_JWT_OAUTH_PUBLIC_KEY_ID and the app's permissions",
    "请检查 COZE_JWT_OAUTH_CLIENT_ID、私钥、COZE_JWT_OAUTH_PUBLIC_KEY_ID 和应用的权限",
)


def why_refused(words: str, clock_ahead: float) -> Cause:
    """Return the likeliest cause by Coze's words, of which nothing is repeated, and by the clocks (seconds)."""
    if abs(clock_ahead) > MOST_AHEAD:
        return _clock(clock_ahead)
    return next((cause for word, cause in CAUSES.items() if re.search(rf"\b{word}\b", words)), UNKNOWN)


def _clock(ahead: float) -> Cause:
    # What was signed now would be of tomorrow to Coze, or over long ago.
    seconds = round(abs(ahead))
    return Cause(
        f"this machine's clock is {seconds} s {'ahead of' if ahead > 0 else 'behind'} Coze's: set it right",
        f"本机时钟比 Coze {'快' if ahead > 0 else '慢'} {seconds} 秒：请校准时间",
    )
