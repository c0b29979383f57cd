"""A long answer is painted where it is read, and nowhere moves for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.visit import PHONE, answer_of, ask, expect_status, frame, say, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visit import OpenPage

PARTS = 80
ANSWER = "".join(f"## Part {n}\n\nThe `tides`, see [more](https://example.org/{n}).\n\n" for n in range(PARTS))
PAINTED_NOW = """([first, last]) => {
  const blocks = [...document.querySelectorAll(".settled > *")];
  const isPainted = (block) => block?.checkVisibility({ contentVisibilityAuto: true });
  return isPainted(blocks.at(0)) === first && isPainted(blocks.at(-1)) === last;
}"""
PAINT_ALL = """(main) => {
  for (const stretch of main.querySelectorAll(".stretch")) stretch.style.contentVisibility = "visible";
}"""
WATCH_HEIGHT = """
window.heights = new Set();
const frame = () => {
  const main = document.querySelector("main");
  if (main?.querySelector(".stretch")) window.heights.add(main.scrollHeight);
  requestAnimationFrame(frame);
};
frame();
"""
# The least room that a focused block's ring has on each side before its stretch cuts it off.
ROOM = """() => Math.min(...[...document.querySelectorAll(".stretch")].flatMap((stretch) => {
  const [first, last] = [stretch.firstElementChild, stretch.lastElementChild];
  const [top, bottom, outer] = [first, last, stretch].map((element) => element.getBoundingClientRect());
  return [top.top - outer.top, top.left - outer.left, outer.right - top.right, outer.bottom - bottom.bottom];
}))"""


@pytest.fixture
def answered(page: Page) -> Page:
    say(page, frame("conversation.message.completed", id="a", type="answer", content=ANSWER))
    turn = ask(page, "hello")
    expect_status(turn, "done")
    expect(answer_of(turn).get_by_role("heading")).to_have_count(PARTS)
    page.wait_for_function(PAINTED_NOW, arg=[False, True])
    return page


def test_what_is_far_from_where_one_reads_is_not_painted_before_one_comes_near(answered: Page) -> None:
    answered.locator("main").evaluate("(main) => { main.scrollTop = 0; }")
    answered.wait_for_function(PAINTED_NOW, arg=[True, False])


def test_nothing_moves_when_a_part_is_no_longer_painted(answered: Page) -> None:
    answered.add_init_script(WATCH_HEIGHT)
    answered.reload()
    answered.wait_for_function(PAINTED_NOW, arg=[False, True])
    answered.locator("main").evaluate(PAINT_ALL)
    settle(answered)
    assert len(answered.evaluate("() => [...window.heights]")) == 1


def test_all_of_it_is_printed(answered: Page) -> None:
    answered.emulate_media(media="print")
    answered.wait_for_function(PAINTED_NOW, arg=[True, True])


def test_the_keyboard_reaches_what_is_not_painted(answered: Page) -> None:
    link = answered.get_by_role("link", name="more").first
    link.focus()
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()


def test_a_ring_of_focus_is_not_cut_off(answered: Page) -> None:
    assert answered.evaluate(ROOM) >= 4, "an outline of 2px, 2px away"


def test_a_long_formula_is_scrolled_to_its_end(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    answer = r"So $\begin{pmatrix}" + "a&" * 40 + r"a\end{pmatrix}$." + "\n\nAnd so on." * 9
    say(page, frame("conversation.message.completed", id="a", type="answer", content=answer))
    turn = ask(page, "hello")
    expect(answer_of(turn).locator(".settled .katex").first).to_be_visible()
    scrolled = answer_of(turn).locator(".settled").evaluate("(one) => { one.scrollLeft = 1e4; return one.scrollLeft; }")
    assert scrolled > 0
    assert page.locator("main").evaluate("(main) => main.scrollWidth - main.clientWidth") == 0
