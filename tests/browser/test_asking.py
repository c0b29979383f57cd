"""Asking and stopping, by mouse, keyboard and input method."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from coze_web.words import EN, ZH
from tests.browser.visit import answer_of, ask, expect_status, field, settle

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.visit import OpenPage


# Whatever is pressed from now on is pressed so many milliseconds from now.
PRESS_IN = """(ms) => {
  const pressed = performance.now() + ms;
  Object.defineProperty(Event.prototype, "timeStamp", { get: () => pressed });
}"""
# The page stands still between the halves of a double click: the second is handled when it is long past.
STANDS_STILL = """() => new MutationObserver((_, observer) => {
  observer.disconnect();
  const end = performance.now() + 700;
  while (performance.now() < end);
}).observe(composer, { attributeFilter: ["data-busy"] })"""


def test_an_answer_is_seen_growing(page: Page) -> None:
    turn = ask(page, "/say 300")
    expect(answer_of(turn)).not_to_be_empty()
    early = answer_of(turn).inner_text()
    expect(answer_of(turn)).not_to_have_text(early)
    expect_status(turn, "answering")
    page.keyboard.press("Escape")
    expect_status(turn, "stopped")
    assert answer_of(turn).inner_text().startswith(early.strip())


def test_a_chinese_question_gets_its_answer_on_a_chinese_page(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    expect(page.locator("html")).to_have_attribute("lang", ZH.lang)
    expect(field(page)).to_have_attribute("placeholder", ZH.placeholder)
    turn = ask(page, "/echo 你好，世界 🌊\n第二行")
    expect_status(turn, "done")
    assert answer_of(turn).inner_text() == "你好，世界 🌊\n第二行"


def test_the_stop_button_keeps_what_was_said_and_marks_it(page: Page) -> None:
    """C27: the visitor presses stop."""
    turn = ask(page, "/say 300")
    # By now the click cannot be taken for the second half of a double click on send.
    expect(answer_of(turn)).to_contain_text(re.compile(r"\S+(\s+\S+){30}"))
    said = answer_of(turn).inner_text()
    page.get_by_role("button", name=EN.stop).click()
    expect_stopped(turn)
    assert answer_of(turn).inner_text().startswith(said.strip())
    expect_status(ask(page, "/echo again"), "done")


@pytest.mark.parametrize("way", ["a double click", "two Enters", "an Enter that is held"])
def test_who_stops_twice_does_not_send_the_draft(page: Page, way: str) -> None:
    turn = ask(page, "/say 300")
    expect(answer_of(turn)).to_contain_text(re.compile(r"\S+(\s+\S+){30}"))
    field(page).fill("half a dra")
    stop = page.get_by_role("button", name=EN.stop)
    if way == "a double click":
        page.evaluate(STANDS_STILL)
        stop.dblclick()
    elif way == "two Enters":
        page.evaluate(PRESS_IN, 0)
        stop.press("Enter")
        page.keyboard.press("Enter")
    else:
        stop.focus()
        page.keyboard.down("Enter")
        expect_stopped(turn)
        page.evaluate(PRESS_IN, 600)  # when keys begin to repeat
        page.keyboard.down("Enter")
        page.keyboard.up("Enter")
    expect_stopped(turn)
    settle(page)
    expect(page.locator(".turn")).to_have_count(1)
    expect(field(page)).to_have_value("half a dra")


def test_stop_that_comes_too_late_does_not_send_the_draft(page: Page) -> None:
    field(page).fill("/say 30")
    field(page).press("Enter")
    field(page).fill("half a dra")
    page.evaluate("""() => new MutationObserver((_, observer) => {
      if (composer.dataset.busy === "true") return;
      observer.disconnect();
      document.querySelector("[data-send]").click();
    }).observe(composer, { attributeFilter: ["data-busy"] })""")
    expect_status(page.locator(".turn"), "done")
    settle(page)
    expect(page.locator(".turn")).to_have_count(1)
    expect(field(page)).to_have_value("half a dra")


@pytest.mark.parametrize("place", ["#composer textarea", "main", "body"])
def test_escape_stops_wherever_the_focus_is(page: Page, place: str) -> None:
    turn = ask(page, "/fault stall 30")
    expect(answer_of(turn)).not_to_be_empty()
    page.locator(place).press("Escape")
    expect_stopped(turn)
    expect(answer_of(turn)).not_to_be_empty()


def expect_stopped(turn: Locator) -> None:
    expect_status(turn, "stopped")
    expect(turn.get_by_text(EN.script.stopped)).to_be_visible()
    expect(turn.page.locator("[data-speaker]")).to_contain_text(EN.script.stopped)
    expect(turn.locator(".fault")).to_be_hidden()


def test_escape_that_ends_a_composition_does_not_stop(page: Page) -> None:
    turn = ask(page, "/say 30")
    expect(answer_of(turn)).not_to_be_empty()
    press_composing(page, "Escape")
    expect_status(turn, "done")


def test_enter_sends_and_shift_enter_does_not(page: Page) -> None:
    field(page).press_sequentially("/echo one")
    height = field(page).bounding_box()
    field(page).press("Shift+Enter")
    field(page).press_sequentially("two")
    taller = field(page).bounding_box()
    assert height
    assert taller
    assert taller["height"] > height["height"]
    field(page).press("Enter")
    turn = page.locator(".turn")
    expect_status(turn, "done")
    assert answer_of(turn).inner_text() == "one\ntwo"
    expect(field(page)).to_have_value("")


def press_composing(page: Page, key: str, **init: Any) -> None:
    init = {"key": key, "isComposing": True, "bubbles": True, "cancelable": True} | init
    field(page).evaluate("(input, init) => input.dispatchEvent(new KeyboardEvent('keydown', init))", init)


def test_enter_that_ends_a_composition_does_not_send(page: Page) -> None:
    field(page).fill("/echo 你好")
    press_composing(page, "Enter")
    press_composing(page, "Enter", isComposing=False, keyCode=229)
    expect(field(page)).to_have_value("/echo 你好")
    expect(page.locator(".turn")).to_have_count(0)
    field(page).press("Enter")
    expect(page.locator(".turn")).to_have_count(1)


def test_nothing_is_asked_twice_or_empty(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.extend([request.url] * (request.method == "POST")))
    field(page).fill("  \n ")
    field(page).press("Enter")
    field(page).fill("/fault stall 30")
    page.evaluate(STANDS_STILL)
    page.get_by_role("button", name=EN.send).dblclick()
    turn = page.locator(".turn")
    expect_status(turn, "answering")
    field(page).fill("meanwhile")
    field(page).press("Enter")
    expect(field(page)).to_have_value("meanwhile")
    expect_status(turn, "answering")
    assert len(asked) == 1
    page.keyboard.press("Escape")
    expect_status(turn, "stopped")


def test_the_whole_way_with_the_keyboard_alone(page: Page) -> None:
    expect(field(page)).to_be_focused()
    page.keyboard.type("/echo keys")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=EN.send)).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    expect_status(page.locator(".turn"), "done")
    page.keyboard.type("please suggest something")
    page.keyboard.press("Enter")
    first = page.locator(".turn").last
    expect(first.locator(".chip").last).to_be_visible(timeout=20_000)
    page.keyboard.press("Shift+Tab")
    expect(first.locator(".chip").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(3)
    expect(field(page)).to_be_focused()


def test_a_follow_up_is_asked_with_a_click(page: Page) -> None:
    first = ask(page, "please suggest something")
    chip = first.locator(".chip").first
    expect(chip).to_be_visible(timeout=20_000)
    question = chip.inner_text()
    chip.click()
    expect(page.locator(".turn").last.get_by_role("heading")).to_have_text(question)
    expect(first.locator(".chip").first).to_be_hidden()


def test_a_suggestion_of_the_bot_is_asked_with_a_click(page: Page) -> None:
    chip = page.locator(".suggestions button").last
    question = chip.inner_text()
    chip.click()
    expect(page.locator(".turn").get_by_role("heading", name=question)).to_be_visible()
    expect(page.locator("[data-opening]")).to_be_hidden()


def test_a_question_that_is_sent_again_meanwhile_is_not_asked_again(page: Page) -> None:
    """C25: what the page sent, sent once more while it is being answered, is refused by the server."""
    with page.expect_request("**/api/v1/coze/chat") as sent:
        turn = ask(page, "/fault stall 30")
    expect(answer_of(turn)).not_to_be_empty()
    again = page.request.post(sent.value.url, data=sent.value.post_data_json)
    assert (again.status, again.json()["code"]) == (409, "already_running")
    page.keyboard.press("Escape")
    expect_stopped(turn)
