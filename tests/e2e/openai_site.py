"""A site with API keys, in front of the embedded Coze, for OpenAI's official clients."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from coze_web.demo import API_KEY
from tests.servers import Server, emulator, web

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = (API_KEY, "key-two")
MANUAL = Path(__file__).parents[2] / "docs/openai.md"


@contextmanager
def openai_site() -> Iterator[tuple[Server, Server]]:
    """Run both, Coze first."""
    with emulator() as coze, web(coze.url, COZE_WEB_API_KEYS=", ".join(KEYS)) as site:
        yield coze, site


def example(language: str, site: Server) -> str:
    """Return what the manual has in one language, for a site."""
    blocks = re.findall(rf"```{language}\n(.*?)```", MANUAL.read_text(), re.DOTALL)
    assert blocks
    return "\n".join(blocks).replace("http://127.0.0.1:8000", site.url)


def journal(coze: Server) -> list[dict[str, Any]]:
    """Return what happened at the embedded Coze."""
    return list(requests.get(f"{coze.url}/_emulator/journal", timeout=20).json()["entries"])
