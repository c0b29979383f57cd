"""A site with API keys, in front of the embedded Coze, for OpenAI's official clients."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests

from tests.servers import Server, emulator, web

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = ("key-one", "key-two")


@contextmanager
def openai_site() -> Iterator[tuple[Server, Server]]:
    """Run both, Coze first."""
    with emulator() as coze, web(coze.url, COZE_WEB_API_KEYS=", ".join(KEYS)) as site:
        yield coze, site


def journal(coze: Server) -> list[dict[str, Any]]:
    """Return what happened at the embedded Coze."""
    return list(requests.get(f"{coze.url}/_emulator/journal", timeout=20).json()["entries"])
