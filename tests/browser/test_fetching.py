"""What the page fetches for an answer: when it is needed, and again where it did not come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_markdown import ANSWER, tell
from tests.browser.visit import CHAT, ask, expect_status, field

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_nothing_is_fetched_before_it_is_needed(page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.extend(re.findall(r"/vendor/([\w.-]+)/", request.url)))
    page.reload()
    expect(field(page)).to_be_enabled()
    assert fetched == []
    expect(tell(page, "**text**").locator("strong")).to_be_visible()
    assert set(fetched) == {"markdown-it", "dompurify"}
    expect(tell(page, "```js\nlet a;\n```").locator(".hljs-keyword")).to_be_visible()
    assert "katex" not in fetched
    expect(tell(page, "$x$").locator(".katex")).to_be_visible()
    assert set(fetched) == {"markdown-it", "dompurify", "highlight.js", "katex"}


@pytest.mark.parametrize(
    ("missing", "shown"),
    [
        (r"/vendor/", "strong"),
        (r"/lib/blocks\.js", "strong"),
        (r"/markdown-it/", "strong"),
        (r"/highlight\.js/", ".hljs-keyword"),
        (r"/katex/", ".katex"),
    ],
)
def test_what_could_not_be_fetched_is_asked_for_again_under_another_address(
    page: Page, missing: str, shown: str
) -> None:
    """Browsers of before 2026 would not ask again for the same one; the one that is tried here would."""
    asked: list[str] = []
    page.on("request", lambda request: asked.extend([request.url] * bool(re.search(missing, request.url))))
    page.route(re.compile(missing), lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: bool(re.search(missing, request.url))):
        answer = tell(page, ANSWER)
    expect(answer.locator(shown)).to_have_count(0)
    if shown == "strong":
        assert answer.inner_text() == ANSWER
    page.unroute(re.compile(missing))
    failed = set(asked)
    asked.clear()
    expect(tell(page, ANSWER).locator(shown).first).to_be_visible()
    assert asked
    assert failed.isdisjoint(asked)


def test_what_cannot_be_fetched_is_asked_for_once_a_block_and_not_with_every_word(page: Page) -> None:
    expect(tell(page, "**all else is loaded**").locator("strong")).to_be_visible()
    page.unroute(CHAT)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(re.compile(r"/highlight\.js/|/katex/"), lambda route: route.abort())
    with page.expect_request(re.compile("highlight.js")), page.expect_request(re.compile("katex.min.js")):
        turn = ask(page, "/echo $a$ and $b$ and $c$ and\n\n```js\nlet a; // and then some words\n```")
        expect_status(turn, "done")
    assert len([url for url in asked if "highlight.js" in url]) == 1
    assert len([url for url in asked if "katex.min.js" in url]) == 1
