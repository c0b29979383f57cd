"""Who answers at an address: the cloud, or a self-hosted Studio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from coze_web.errors import UpstreamError
from coze_web.refusals import our_errors
from coze_web.transport import trust

if TYPE_CHECKING:
    from coze_web.settings import Flavor

LOGID_OF: dict[Flavor, str] = {"cloud": "x-tt-logid", "studio": "x-log-id"}
LONGEST_WAIT = 10  # seconds


async def who_answers(base_url: str) -> Flavor | None:
    """Tell by the header in which the log id travels; asks once, without the token. None where nothing tells."""
    try:
        with our_errors():
            async with httpx.AsyncClient(timeout=LONGEST_WAIT, verify=trust(base_url)) as http:
                found = await http.get(f"{base_url}/v1/bot/get_online_info")
    except UpstreamError:
        return None
    return next((flavor for flavor, header in LOGID_OF.items() if header in found.headers), None)
