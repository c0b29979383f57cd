"""The bot's icon, fetched by this server: its visitors' browsers then contact nobody else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import httpx

from coze_web import rules
from coze_web.refusals import our_errors
from coze_web.transport import RequestsTransport

if TYPE_CHECKING:
    from coze_web.settings import Settings

PICTURES = {"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"}  # not SVG, which can hold scripts
MOST_BYTES = 1024 * 1024
SILENCE = 3.0  # seconds: a visitor may be waiting
PATIENCE = 10.0  # seconds for the whole


class Icon(NamedTuple):
    """A picture, as it came."""

    media_type: str
    content: bytes


def fetch_icon(url: str, settings: Settings) -> Icon | None:
    """Fetch the picture at an address; without the token, and without following it elsewhere.

    Returns:
        None where there is no address, or something that is not to be shown: no picture, or over a MiB.

    Raises:
        UpstreamError: the picture does not come, or not all of it.

    """
    with our_errors():
        if not rules.may_be_asked(url, allow_http=settings.allow_http):
            return None
        timeout = httpx.Timeout(min(SILENCE, settings.timeout), connect=settings.connect_timeout)
        way = RequestsTransport(url, pool_size=1)
        with httpx.Client(transport=way, timeout=timeout, trust_env=False) as client, client.stream("GET", url) as got:
            return _picture(got.raise_for_status())


def _picture(response: httpx.Response) -> Icon | None:
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    content = _read(response) if media_type in PICTURES else b""
    return Icon(media_type, content) if content else None


def _read(response: httpx.Response) -> bytes:
    content, deadline = b"", time.monotonic() + PATIENCE
    for piece in response.iter_bytes():
        content += piece
        if len(content) > MOST_BYTES:
            return b""
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("an icon took too long")
    return content
