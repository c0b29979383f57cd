"""What visitors can make the owner pay for: as many answers as the limits allow, whatever address they claim."""

from __future__ import annotations

import pytest

from tests.coze_wire import answer
from tests.faults.client import PROMPT, question
from tests.faults.site import Site, silent, whole

ALLOWED, STREAMS, MANY = 3, 4, 150


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Behind one proxy, a few questions of each visitor in an hour, and a few answers at a time."""
    return {
        "COZE_WEB_TRUSTED_PROXIES": "1",
        "COZE_WEB_RATE_LIMIT": f"{ALLOWED} per hour",
        "COZE_WEB_MAX_STREAMS": str(STREAMS),
    }


def good(site: Site) -> None:
    """Let Coze answer."""
    site.play(lambda connection: connection.send(whole(answer("yes"))))


def status(site: Site, *headers: str) -> int:
    """Ask once, and wait for the end."""
    return site.heard(PROMPT, *headers).status


@pytest.mark.parametrize(
    ("last", "headers"),
    [
        pytest.param("198.51.100.1", ("X-Forwarded-For: 203.0.113.{n}, {last}",), id="S18-first-hop"),
        pytest.param("198.51.100.2", ("X-Forwarded-For: 203.0.113.{n}", "X-Forwarded-For: {last}"), id="S18-two-lines"),
        pytest.param("198.51.100.3", ("X-Forwarded-For: {last}", "X-Real-IP: 203.0.113.{n}"), id="S18-real-ip"),
        pytest.param("198.51.100.4", ("X-Forwarded-For: {last}", "Forwarded: for=203.0.113.{n}"), id="S18-forwarded"),
        pytest.param(
            "198.51.100.5", ("X-Forwarded-For: ,,{n},, {last}", "True-Client-IP: 203.0.113.{n}"), id="S18-odd"
        ),
    ],
)
def test_s18_a_forged_address_is_no_other_visitor(site: Site, last: str, headers: tuple[str, ...]) -> None:
    """S18: what the one trusted proxy added counts, and nothing that the visitor wrote before or beside it."""
    good(site)
    asked = [status(site, *(header.format(n=n, last=last) for header in headers)) for n in range(ALLOWED + 2)]
    assert asked == [200] * ALLOWED + [429] * 2
    assert status(site, f"X-Forwarded-For: {last}1") == 200, "another visitor is let through"


def test_s20_a_flood_of_one_visitor_costs_no_more_than_allowed(site: Site) -> None:
    """S20: each question over the limit is told when to come back, and Coze is not asked."""
    good(site)
    before = site.chats()
    for _ in range(MANY):
        heard = site.heard(PROMPT, "X-Forwarded-For: 198.51.100.77")
        assert heard.status == 200 or (heard.status == 429 and int(heard.headers["Retry-After"]) > 0)
    assert site.chats() - before == ALLOWED


def test_s20_a_flood_of_many_visitors_is_a_few_answers_at_a_time(site: Site) -> None:
    """S20: over the cap nobody waits in silence, and Coze is asked no more often than there are answers."""
    site.play(silent)
    before = site.chats()
    open_ones = [site.connect(question(PROMPT, f"X-Forwarded-For: 192.0.2.{n}")) for n in range(STREAMS)]
    assert [client.response.status for client in open_ones] == [200] * STREAMS
    for n in range(MANY):
        heard = site.heard(PROMPT, f"X-Forwarded-For: 203.0.113.{n}")
        assert heard.status == 503
        assert int(heard.headers["Retry-After"]) > 0
    assert site.chats() - before <= STREAMS
