"""Whatever the window, the language and the visitor's settings are: nothing is cut, and everything can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.states import STATES, read_an_answer_with_everything, wait_for_the_first_word, watch_an_answer_grow
from tests.browser.visit import ask, expect_status, field, frame, prose_of, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.visit import OpenPage

SIZES: dict[str, dict[str, Any]] = {
    "320px-English": {"viewport": {"width": 320, "height": 568}},
    "320px-Chinese": {"viewport": {"width": 320, "height": 568}, "locale": "zh-CN"},
    "1280x800-at-200%": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
}
COLOURS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "more-contrast": {"contrast": "more"},
}
CONTROLS = """[...document.querySelectorAll("button, textarea, summary, a[href], [tabindex='0']")]
  .filter((control) => control.checkVisibility() && !control.matches(":disabled"))"""
CUT = f"""(slack) => {CONTROLS}.filter((control) => {{
  control.scrollIntoView({{ block: "nearest" }});
  const {{ left, right, top, bottom }} = control.getBoundingClientRect();
  const cut = control.matches("button, summary") && control.scrollWidth > control.clientWidth;
  return cut || left < 0 || right > innerWidth || top < -slack || bottom > innerHeight + slack;
}}).map(({{ outerHTML }}) => outerHTML)"""
SIDEWAYS = """[...document.querySelectorAll("html, main")]
  .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ tagName }) => tagName)"""
NO_CARET = "({ style }) => { style.forcedColorAdjust = 'none'; style.caretColor = 'transparent'; }"
# Which edge of its box the first line of an element's text touches.
SIDE = """(element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const [line, box] = [range.getClientRects()[0], element.getBoundingClientRect()];
  return line.left - box.left < box.right - line.right ? "left" : "right";
}"""


@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
@pytest.mark.parametrize("reach", STATES.values(), ids=list(STATES))
def test_nothing_is_cut_or_scrolls_sideways(
    open_page: OpenPage, reach: Callable[[Page], None], size: dict[str, Any]
) -> None:
    page = open_page(**size)
    reach(page)
    assert page.evaluate(SIDEWAYS) == []
    assert page.evaluate(CUT, 0) == []


@pytest.mark.parametrize("height", [150, 256])
def test_lines_of_an_answer_are_seen_in_the_lowest_window(open_page: OpenPage, height: int) -> None:
    """As at 400 % on a laptop, or on a phone that is held sideways while its keyboard is there."""
    page = open_page(viewport={"width": 341, "height": height})
    read_an_answer_with_everything(page)
    assert page.locator("main").evaluate("main => main.clientHeight") >= 64
    assert page.evaluate(CUT, 1) == []  # what scrolls in what scrolls is rounded


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("لماذا يوجد مد وجزر في Coze؟", "right"),
        ("מדוע יש גאות ושפל בים?", "right"),
        ("Why are there tides?", "left"),
        ("海水为什么会有潮汐？", "left"),
    ],
    ids=["Arabic", "Hebrew", "English", "Chinese"],
)
def test_text_begins_at_the_side_where_its_language_begins(page: Page, text: str, side: str) -> None:
    say(page, frame("conversation.message.completed", id="a", type="answer", content=text))
    turn = ask(page, text)
    expect_status(turn, "done")
    field(page).fill(text)
    assert turn.locator("[data-part=question]").evaluate(SIDE) == side
    assert prose_of(turn).evaluate(SIDE) == side
    direction = field(page).evaluate("field => getComputedStyle(field).direction")
    assert direction == ("rtl" if side == "right" else "ltr")


@pytest.mark.parametrize("reach", [wait_for_the_first_word, watch_an_answer_grow])
@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_asked_for_it(
    open_page: OpenPage, reach: Callable[[Page], None], motion: str, *, moves: bool
) -> None:
    page = open_page(reduced_motion=motion)
    reach(page)
    if moves:
        page.wait_for_function("() => document.getAnimations().length > 0")
    else:
        assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("colours", COLOURS.values(), ids=list(COLOURS))
def test_tab_reaches_each_control_in_order_and_shows_where_it_is(open_page: OpenPage, colours: dict[str, Any]) -> None:
    page = open_page(reduced_motion="reduce", **colours)
    read_an_answer_with_everything(page)
    field(page).evaluate(NO_CARET)
    page.keyboard.press("Tab")  # from now on by keyboard
    page.evaluate(f"{CONTROLS}[0].focus()")
    for place in range(int(page.evaluate(f"{CONTROLS}.length"))):
        assert page.evaluate(f"{CONTROLS}.indexOf(document.activeElement)") == place
        focused = page.screenshot()
        page.evaluate("document.activeElement.blur()")
        is_same = page.screenshot() == focused
        assert not is_same, f"the focus on control {place} is not seen"
        page.keyboard.press("Tab")


@pytest.mark.parametrize("colours", COLOURS.values(), ids=list(COLOURS))
def test_what_says_something_without_words_is_seen(open_page: OpenPage, colours: dict[str, Any]) -> None:
    page = open_page(reduced_motion="reduce", **colours)
    is_seen(page.locator("[data-send] svg"))
    wait_for_the_first_word(page)
    is_seen(page.locator(".waiting"))
    is_seen(page.locator("[data-stop] svg"))
    is_seen(page.locator("fieldset"))


def test_quiet_words_are_as_dark_as_others_for_those_who_asked_for_contrast(open_page: OpenPage) -> None:
    page = open_page(contrast="more")
    colour = "element => getComputedStyle(element).color"
    assert page.locator(".standalone").evaluate(colour) == page.locator("body").evaluate(colour)


def is_seen(element: Locator) -> None:
    """Look whether anything changes when it is hidden."""
    expect(element).to_be_visible()
    shown = element.page.screenshot()
    element.evaluate("element => { element.style.opacity = 0; }")
    is_same = element.page.screenshot() == shown
    element.evaluate("element => { element.style.opacity = ''; }")
    assert not is_same, f"{element} is not seen"
