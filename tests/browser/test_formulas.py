"""Formulas as readers see them: another in the place of one, and one that is wider than the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import COMPLETED, DELTA, PHONE, answer_of, answered, ask, frame, hold, settle, tell

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visit import OpenPage

LETTERS = """(element) => [...element.querySelectorAll(".katex-html .mord")].map((letter) => {
  const [one, all] = [letter.getBoundingClientRect(), element.getBoundingClientRect()];
  return [one.left - all.left, one.top - all.top].map(Math.round);
})"""
WIDE = " + ".join(f"x_{{{n}}}" for n in range(60))


def test_a_formula_in_the_place_of_another_looks_as_it_should(page: Page) -> None:
    final = r"Let it be $\int_0^1 x^2$ or $\hat{y}_3$ so"
    expect(answered(page, final).locator(".katex")).to_have_count(2)
    hold(page)
    turn = ask(page, "hello")
    tell(page, frame(DELTA, id="a", type="answer", content=r"Let $\frac{a}{b}$ and $\sqrt{x}$ be"))
    expect(answer_of(turn).locator(".katex")).to_have_count(2)
    settle(page)
    tell(page, frame(COMPLETED, id="a", type="answer", content=final))
    expect(answer_of(turn)).to_contain_text("Let it be")
    page.evaluate("document.fonts.ready.then(() => {})")
    one, other = (turn.locator("[data-part=answers] p") for turn in page.locator(".turn").all())
    assert other.evaluate(LETTERS) == one.evaluate(LETTERS)
    page.keyboard.press("Escape")


@pytest.mark.parametrize("text", [f"$$\n{WIDE}\n$$", f"See $${WIDE}$$ there."], ids=["block", "within a line"])
def test_a_wide_formula_is_scrolled_by_keyboard(open_page: OpenPage, text: str) -> None:
    page = open_page(**PHONE)
    answered(page, text)
    formula = page.get_by_role("group", name=EN.script.formula, exact=True)
    expect(formula.locator(".katex")).to_be_visible()
    expect(formula).to_have_attribute("tabindex", "0")
    formula.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.math.display').scrollLeft > 0")


def test_a_wide_formula_is_whole_on_paper(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    expect(answered(page, f"$$\n{WIDE}\n$$").locator(".katex")).to_be_visible()
    page.emulate_media(media="print")
    assert page.locator(".math.display").evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth") == 0
