"""The page before the first question: the bot's own face, and what stands there without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from coze_web.emulator.bots import UNPUBLISHED_BOT_ID
from coze_web.words import EN
from tests.browser.visit import ask, expect_status, field, frame, say, settle
from tests.servers import demo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.visit import OpenPage

BOT = "**/api/v1/coze/bot"
FACE: dict[str, Any] = {
    "name": "Gardener",
    "description": "",
    "icon_url": "",
    "opening_text": "Ask me about roses.",
    "suggested_questions": ["When to prune?", "<b>Why</b>?"],
}


@pytest.fixture(scope="module")
def demo_url() -> Iterator[str]:
    """Start a server that never learns its bot's face, so that the page has to ask for it."""
    with demo(COZE_BOT_ID=UNPUBLISHED_BOT_ID) as url:
        yield url


WEIGHT = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => /\\.(js|mjs|css)$/.test(name))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""


def test_scripts_and_sheets_before_the_first_question_are_small(page: Page) -> None:
    expect(field(page)).to_be_enabled()
    assert 20_000 < page.evaluate(WEIGHT) <= 60_000, "bytes, compressed"


def test_the_bot_speaks_first(page: Page) -> None:
    page.route(BOT, lambda route: route.fulfill(json=FACE))
    page.reload()
    expect(page.get_by_role("heading", name="Ask me about roses.")).to_be_visible()
    expect(page.get_by_role("heading", name="Gardener")).to_be_visible()
    expect(page).to_have_title("Gardener")
    expect(page.locator(".suggestions button")).to_have_text(FACE["suggested_questions"])


def test_a_long_opening_is_read_from_its_beginning(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 640, "height": 400})
    page.route(BOT, lambda route: route.fulfill(json=FACE | {"opening_text": "Ask me about roses. " * 100}))
    say(page, frame("conversation.message.completed", id="a", type="answer", content="In March."))
    page.reload()
    expect_opening_at_its_beginning(page)
    expect_status(ask(page, "When to prune?"), "done")
    page.get_by_role("button", name=EN.new_chat).click()
    expect_opening_at_its_beginning(page)
    read = page.locator("main").evaluate("main => { main.scrollTop = main.scrollHeight; return main.scrollTop; }")
    field(page).fill("a draft\n" * 4)
    settle(page)
    assert page.locator("main").evaluate("main => main.scrollTop") == read, "a draft moves nobody"


def expect_opening_at_its_beginning(page: Page) -> None:
    expect(page.locator("[data-opening-text]")).to_contain_text("roses")
    settle(page)
    assert page.locator("main").evaluate("main => [main.scrollHeight > main.clientHeight, main.scrollTop]") == [True, 0]


def test_without_a_face_the_page_has_one_of_its_own(page: Page) -> None:
    expect(page.get_by_role("heading", name=EN.welcome)).to_be_visible()
    expect(page.get_by_role("heading", name=EN.title)).to_be_visible()
    expect(field(page)).to_be_focused()


def test_nothing_on_the_page_waits_for_the_face(page: Page) -> None:
    page.route(BOT, lambda _: None)
    say(page, frame("conversation.message.completed", id="a", type="answer", content="at once"))
    page.reload(wait_until="commit")
    expect(field(page)).to_be_focused()
    turn = ask(page, "quick?")
    expect_status(turn, "done")
    expect(turn.get_by_text("at once")).to_be_visible()
