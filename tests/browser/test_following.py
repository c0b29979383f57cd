"""Who reads at the end stays there while the answer grows, and whoever reads elsewhere stays where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import (
    DELTA,
    PHONE,
    answer_of,
    answered,
    ask,
    expect_markdown,
    expect_status,
    field,
    frame,
    hold,
    press,
    settle,
    tell,
)

if TYPE_CHECKING:
    from typing import Any

    from playwright.sync_api import Page

    from tests.browser.visit import OpenPage

LEFT = "main => main.scrollHeight - main.clientHeight - main.scrollTop"
LONG = "A paragraph.\n\n" * 60


def left(page: Page) -> float:
    """Tell how far the reader is from the end, in pixels."""
    settle(page)
    return float(page.locator("main").evaluate(LEFT))


@pytest.mark.parametrize("window", [{}, PHONE], ids=["desktop", "phone"])
def test_a_draft_of_many_lines_moves_nobody(open_page: OpenPage, window: dict[str, Any]) -> None:
    page = open_page(**window)
    expect_markdown(answered(page, LONG))
    field(page).fill("one\n" * 5)
    assert left(page) <= 1
    for key in ("x", "Shift+Enter", "y", "Backspace", "Backspace", "Backspace"):
        field(page).press(key)
        assert left(page) <= 1, key


def test_a_question_that_is_edited_at_the_end_moves_nobody(page: Page) -> None:
    expect_markdown(answered(page, LONG))
    turn = answered(page, "Short.", question="line\n" * 12)
    expect_markdown(turn)
    press(turn, EN.edit)
    editor = turn.get_by_label(EN.edited)
    page.locator("main").evaluate("main => { main.scrollTop = main.scrollHeight; }")
    before = left(page)
    editor.press("x")
    assert left(page) == before


def test_an_answer_is_followed_while_a_draft_grows(page: Page) -> None:
    turn = ask(page, "/say 2000")
    page.wait_for_function("() => document.querySelector('main').scrollTop > 0")
    for _ in range(6):
        field(page).press("Shift+Enter")
    settle(page)
    was = page.locator("main").evaluate("main => main.scrollTop")
    page.wait_for_function(f"() => document.querySelector('main').scrollTop > {was + 50}")
    page.keyboard.press("Escape")
    expect_status(turn, "stopped")


def test_one_line_up_is_enough_to_stay(page: Page) -> None:
    turn = ask(page, "/say 2000")
    page.wait_for_function("() => document.querySelector('main').scrollTop > 0")
    page.locator("main").press("ArrowUp")
    page.wait_for_function("() => document.querySelector('main').style.overflowAnchor === ''")
    was = page.locator("main").evaluate("main => main.scrollTop")
    text = answer_of(turn).inner_text()
    expect(answer_of(turn)).not_to_have_text(text)
    page.wait_for_function(f"() => ({LEFT})(document.querySelector('main')) > 100")
    assert abs(page.locator("main").evaluate("main => main.scrollTop") - was) <= 40
    page.locator("main").press("Escape")
    expect_status(turn, "stopped")


def test_who_goes_back_to_the_end_follows_again(page: Page) -> None:
    hold(page)
    turn = ask(page, "hello")
    tell(page, frame(DELTA, id="a", type="answer", content=LONG))
    expect_markdown(turn)
    page.wait_for_function(f"() => ({LEFT})(document.querySelector('main')) < 1")
    page.locator("main").press("Home")
    page.wait_for_function("() => document.querySelector('main').scrollTop === 0")
    page.locator("main").press("End")
    page.wait_for_function("() => document.querySelector('main').style.overflowAnchor === 'none'")
    tell(page, frame(DELTA, id="a", type="answer", content=LONG))
    expect(answer_of(turn).locator("p")).to_have_count(120)
    assert left(page) <= 1
    page.locator("main").press("Escape")
    expect_status(turn, "stopped")
