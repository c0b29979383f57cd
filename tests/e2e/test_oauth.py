"""JWT OAuth from end to end: the embedded Coze, gunicorn, and visitors who notice nothing of tokens."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from coze_web.sse import FrameParser
from tests.servers import BOT_ID, WEB_APP, Server, clean_environ, emulator, wait_until, web

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 20
SHORT_TOKENS = (*WEB_APP[:-1], "tests.e2e.short_tokens:app")
OLD_TOKENS = (*WEB_APP[:-1], "tests.e2e.old_tokens:app")
UNLIMITED = {"COZE_WEB_RATE_LIMIT": "", "COZE_WEB_VISITOR_STREAMS": "0"}


@pytest.fixture(scope="module")
def coze() -> Iterator[Server]:
    with emulator() as server:
        yield server


@pytest.fixture(scope="module")
def key(coze: Server) -> dict[str, str]:
    """Return the variables of the emulator's OAuth application, in place of the token."""
    app = requests.get(f"{coze.url}/_emulator/oauth", timeout=5).json()
    return {
        "COZE_PAT": "",
        "COZE_JWT_OAUTH_CLIENT_ID": app["client_id"],
        # As platforms that know no line ends hold it.
        "COZE_JWT_OAUTH_PRIVATE_KEY": app["private_key"].replace("\n", "\\n"),
        "COZE_JWT_OAUTH_PUBLIC_KEY_ID": app["public_key_id"],
    }


@pytest.fixture(scope="module")
def site(coze: Server, key: dict[str, str]) -> Iterator[Server]:
    with web(coze.url, OLD_TOKENS, COZE_WEB_TRUSTED_PROXIES="1", **UNLIMITED, **key) as server:
        yield server


@pytest.fixture(autouse=True)
def _fresh(coze: Server) -> None:
    requests.post(f"{coze.url}/_emulator/reset", timeout=5)


def ends_well(site: Server, visitor: str = "203.0.113.7", question: str = "/say 3") -> bool:
    response = requests.post(
        f"{site.url}/api/v1/coze/chat",
        json={"message": question},
        headers={"X-Forwarded-For": visitor},
        timeout=20,
    )
    return FrameParser().feed(response.content)[-1].event == "done"


def entries(coze: Server, event: str) -> list[dict[str, Any]]:
    journal = requests.get(f"{coze.url}/_emulator/journal", timeout=5).json()["entries"]
    return [entry for entry in journal if entry["event"] == event]


def test_a_visitor_chats_and_their_address_stays_here(coze: Server, site: Server) -> None:
    assert ends_well(site, "203.0.113.7")
    assert ends_well(site, "203.0.113.8")
    first, second = (entry["session_name"] for entry in entries(coze, "issued"))
    assert first
    assert second
    assert first != second
    assert "203.0.113" not in f"{first} {second}"


def test_many_chats_of_one_visitor_cost_one_token(coze: Server, site: Server) -> None:
    with ThreadPoolExecutor(MANY) as threads:
        assert all(threads.map(lambda _: ends_well(site), range(MANY)))
    assert len(entries(coze, "finished")) == MANY
    assert len(entries(coze, "issued")) == 1


def test_a_token_that_coze_takes_back_is_not_noticed(coze: Server, site: Server) -> None:
    assert ends_well(site)
    requests.post(f"{coze.url}/_emulator/reset", timeout=5)
    assert ends_well(site)
    assert len(entries(coze, "refused")) == 1
    assert len(entries(coze, "issued")) == 1


def test_a_visitor_who_leaves_has_their_chat_cancelled(coze: Server, site: Server) -> None:
    url = f"{site.url}/api/v1/coze/chat"
    with requests.post(url, json={"message": "/say 10000"}, stream=True, timeout=20) as response:
        next(chunk for chunk in response.iter_content(None) if b"delta" in chunk)
    wait_until(lambda: entries(coze, "cancelled"))


def test_tokens_end_and_visitors_do_not_notice(coze: Server, key: dict[str, str]) -> None:
    with web(coze.url, SHORT_TOKENS, **UNLIMITED, **key) as site:

        def goes_on() -> bool:
            assert ends_well(site)
            return len(entries(coze, "issued")) < 3

        wait_until(lambda: not goes_on())
    assert {entry["duration_seconds"] for entry in entries(coze, "issued")} == {1}


def test_the_page_shows_the_bot_and_check_finds_all_well(coze: Server, site: Server, key: dict[str, str]) -> None:
    assert requests.get(f"{site.url}/api/v1/coze/bot", timeout=5).json()["name"]
    assert [entry["session_name"] for entry in entries(coze, "issued")] == [""]
    environ = clean_environ(COZE_API_BASE_URL=coze.url, COZE_BOT_ID=BOT_ID, **key)
    found = subprocess.run(
        [sys.executable, "-m", "coze_web.cli", "check"], env=environ, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout
