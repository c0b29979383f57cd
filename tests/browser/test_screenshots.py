"""The pictures of the README: each is a state that a visitor meets, reached against the embedded Coze."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.visit import PHONE, answer_of, ask, expect_status, take_shot

if TYPE_CHECKING:
    from tests.browser.visit import OpenPage

ENGLISH = "Think about the weather in London, then introduce yourself in a table and suggest what to ask next"
CHINESE = "想一想杭州的天气，再用表格介绍一下你自己，给些建议"
SHARP = {"device_scale_factor": 2}
ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "light": (ENGLISH, SHARP | {"color_scheme": "light"}),
    "dark": (ENGLISH, {"color_scheme": "dark"}),
    "chinese": (CHINESE, {"locale": "zh-CN"}),
    "phone": (CHINESE, PHONE | SHARP | {"locale": "zh-CN", "color_scheme": "dark"}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_screenshot_of_an_answer(open_page: OpenPage, name: str) -> None:
    question, options = ANSWERS[name]
    page = open_page(**options)
    turn = ask(page, question)
    expect_status(turn, "done")
    for part in (".steps", ".reasoning", "table", ".code", ".actions", ".follow-ups"):
        expect(turn.locator(part)).to_be_visible()
    turn.evaluate("turn => turn.scrollIntoView()")
    take_shot(page, f"{name}.png")


def test_screenshot_of_the_empty_page(open_page: OpenPage) -> None:
    page = open_page()
    expect(page.locator(".suggestions button").first).to_be_visible()
    take_shot(page, "empty.png")


def test_screenshot_of_an_error(open_page: OpenPage) -> None:
    page = open_page()
    turn = ask(page, "/fault cut")
    expect_status(turn, "failed")
    expect(turn.locator(".fault")).to_be_visible()
    take_shot(page, "error.png")


def test_screenshot_of_a_stopped_answer(open_page: OpenPage) -> None:
    page = open_page()
    turn = ask(page, ENGLISH)
    expect(answer_of(turn)).to_contain_text("Embedded Coze", ignore_case=True)
    page.keyboard.press("Escape")
    expect_status(turn, "stopped")
    take_shot(page, "stopped.png")
