"""Formulas as readers see them: another in the place of one, and one that is wider than the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import PHONE, answer_of, ask, expect_status, frame, say

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visit import OpenPage

LETTERS = """(element) => [...element.querySelectorAll(".katex-html .mord")].map((letter) => {
  const [one, all] = [letter.getBoundingClientRect(), element.getBoundingClientRect()];
  return [one.left - all.left, one.top - all.top].map(Math.round);
})"""
WIDE = " + ".join(f"x_{{{n}}}" for n in range(60))


def tell(page: Page, *frames: str) -> None:
    page.unroute_all()
    say(page, *frames)
    expect_status(ask(page, "hello"), "done")


def test_a_formula_in_the_place_of_another_looks_as_it_should(page: Page) -> None:
    final = r"Let it be $\int_0^1 x^2$ or $\hat{y}_3$ so"
    begun = frame("conversation.message.delta", id="a", type="answer", content=r"Let $\frac{a}{b}$ and $\sqrt{x}$ be")
    completed = frame("conversation.message.completed", id="a", type="answer", content=final)
    for frames in ([completed], [begun, completed]):
        tell(page, *frames)
    answers = page.locator("[data-part=answers] p")
    expect(answers.first.locator(".katex")).to_have_count(2)
    expect(answers.last.locator(".katex")).to_have_count(2)
    assert answers.last.evaluate(LETTERS) == answers.first.evaluate(LETTERS)


@pytest.mark.parametrize("text", [f"$$\n{WIDE}\n$$", f"See $${WIDE}$$ there."], ids=["block", "within a line"])
def test_a_wide_formula_is_scrolled_by_keyboard(open_page: OpenPage, text: str) -> None:
    page = open_page(**PHONE)
    tell(page, frame("conversation.message.completed", id="a", type="answer", content=text))
    formula = page.get_by_role("group", name=EN.script.formula, exact=True)
    expect(formula.locator(".katex")).to_be_visible()
    formula.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.math.display').scrollLeft > 0")


def test_a_wide_formula_is_whole_on_paper(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    tell(page, frame("conversation.message.completed", id="a", type="answer", content=f"$$\n{WIDE}\n$$"))
    expect(answer_of(page.locator(".turn")).locator(".katex")).to_be_visible()
    page.emulate_media(media="print")
    assert page.locator(".math.display").evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth") == 0
