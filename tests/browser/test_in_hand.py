"""What a visitor can do with an answer: ask again, edit, copy, page, begin anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import (
    CHAT,
    COMPLETED,
    DONE,
    answer_of,
    ask,
    change_labels,
    expect_status,
    field,
    frame,
    hold,
    hold_labels,
    press,
    say,
    settle,
    tell,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAID = "main [role=status]"
ESCAPE_TWICE = """(button) => {
  button.focus();
  const press = () => new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });
  button.dispatchEvent(press());
  document.activeElement.dispatchEvent(press());
}"""


def test_an_answer_again_keeps_the_one_before(page: Page) -> None:
    say(page, frame("conversation.message.completed", id="a", type="answer", content="the first"))
    turn = ask(page, "what?")
    expect(answer_of(turn)).to_have_text("the first")
    page.unroute(CHAT)
    say(page, frame("conversation.message.completed", id="a", type="answer", content="the second"))
    press(turn, EN.again)
    expect(answer_of(turn)).to_have_text("the second")
    expect(page.locator(".turn")).to_have_count(1)
    press(turn, EN.previous)
    expect(answer_of(turn)).to_have_text("the first")
    expect(page.locator(SAID)).to_have_text("Answer 1 of 2")
    expect(turn.get_by_role("button", name=EN.previous)).to_be_disabled()
    press(turn, EN.next)
    expect(answer_of(turn)).to_have_text("the second")


def test_a_turn_in_the_middle_that_is_answered_again_is_what_is_watched(page: Page) -> None:
    long = frame(COMPLETED, id="a", type="answer", content="A paragraph.\n\n" * 60)
    for question in ("first", "middle", "last"):
        say(page, long if question == "middle" else frame(COMPLETED, id="a", type="answer", content="Short."))
        expect_status(ask(page, question), "done")
        page.unroute(CHAT)
    middle = page.locator(".turn").nth(1)
    hold(page)
    press(middle, EN.again)
    expect(middle.locator(".waiting")).to_be_in_viewport()
    settle(page)
    tell(page, long, DONE)
    expect(answer_of(middle)).not_to_be_empty()
    settle(page)
    expect(middle.get_by_role("heading")).to_be_in_viewport()


def test_what_broke_off_is_kept_when_it_is_asked_again(page: Page) -> None:
    turn = ask(page, "/fault cut")
    expect_status(turn, "failed")
    partly = answer_of(turn).inner_text()
    press(turn, EN.script.retry)
    place = turn.locator("[data-part=place]")
    expect(place).to_have_text("2/2")  # painted with the state of the second
    expect_status(turn, "failed")
    press(turn, EN.previous)
    expect(place).to_have_text("1/2")
    assert answer_of(turn).inner_text() == partly


def test_an_edited_question_is_asked_below(page: Page) -> None:
    first = ask(page, "/echo one")
    expect_status(first, "done")
    field(page).fill("a draft of something else")
    press(first, EN.edit)
    edited = first.get_by_label(EN.edited)
    expect(edited).to_be_focused()
    expect(edited).to_have_value("/echo one")
    edited.fill("/echo two")
    edited.press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    expect(answer_of(page.locator(".turn").last)).to_have_text("two")
    expect(answer_of(page.locator(".turn").first)).to_have_text("one")
    expect(field(page)).to_have_value("a draft of something else")


def test_escape_ends_editing_and_nothing_else(page: Page) -> None:
    expect_status(ask(page, "/echo one"), "done")
    first = page.locator(".turn").first
    press(first, EN.edit)
    running = ask(page, "/fault stall 30")
    expect(answer_of(running)).not_to_be_empty()
    first.get_by_role("button", name=EN.cancel).press("Escape")
    expect(first.get_by_label(EN.edited)).to_be_hidden()
    expect_status(running, "answering")
    page.keyboard.press("Escape")
    expect_status(running, "stopped")
    press(first, EN.edit)
    first.get_by_label(EN.edited).fill("changed")
    first.get_by_label(EN.edited).press("Escape")
    expect(first.get_by_role("heading")).to_have_text("/echo one")
    expect(first.get_by_role("button", name=EN.edit)).to_be_focused()
    expect(page.locator(".turn")).to_have_count(2)


def test_escape_stops_though_the_closed_editor_has_the_focus_yet(page: Page) -> None:
    expect_status(ask(page, "/echo one"), "done")
    first = page.locator(".turn").first
    press(first, EN.edit)
    running = ask(page, "/fault stall 30")
    expect_status(running, "answering")
    first.get_by_role("button", name=EN.cancel).evaluate(ESCAPE_TWICE)
    expect_status(running, "stopped")


def test_an_answer_is_copied_as_the_bot_wrote_it(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(page, "/echo **bold** and `code`")
    expect_status(turn, "done")
    hold_labels(page)
    press(turn, EN.copy)
    expect(turn.get_by_text(EN.script.copied)).to_be_visible()
    expect(page.locator(SAID)).to_have_text(EN.script.copied)
    assert page.evaluate("navigator.clipboard.readText()") == "**bold** and `code`"


def test_a_copy_that_fails_says_so_and_can_be_tried_again(page: Page) -> None:
    turn = ask(page, "/echo here")
    expect_status(turn, "done")
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false")
    hold_labels(page)
    press(turn, EN.copy)
    expect(turn.get_by_text(EN.script.not_copied)).to_be_visible()
    expect(page.locator(SAID)).to_have_text(EN.script.not_copied)
    change_labels(page)
    expect(turn.get_by_role("button", name=EN.copy, exact=True)).to_be_visible()


def test_an_error_is_copied_with_what_support_asks_for(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(page, "/fault code 4016")
    expect_status(turn, "failed")
    press(turn, EN.copy_fault)
    expect(page.locator(SAID)).to_have_text(EN.script.copied)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"code: 4016\nlogid: \w+\nrequest_id: \w+$", copied)
    assert turn.locator("[data-part=message]").inner_text() in copied


def test_a_new_chat_can_be_undone(page: Page) -> None:
    expect_status(ask(page, "/echo one"), "done")
    press(page, EN.new_chat)
    expect(page.locator(".turn")).to_have_count(0)
    expect(field(page)).to_be_focused()
    press(page, EN.bring_back)
    expect(answer_of(page.locator(".turn"))).to_have_text("one")
    press(page, EN.new_chat)
    page.reload()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_new_chat_stops_what_is_being_written(page: Page) -> None:
    turn = ask(page, "/fault stall 30")
    expect(answer_of(turn)).not_to_be_empty()
    press(page, EN.new_chat)
    expect(page.locator(".turn")).to_have_count(0)
    expect_status(ask(page, "/echo two"), "done")


def test_while_an_answer_is_written_nothing_else_can_be_asked_for(page: Page) -> None:
    first = ask(page, "please suggest something")
    expect(first.locator(".chip").first).to_be_visible(timeout=20_000)
    running = ask(page, "/fault stall 30")
    expect(answer_of(running)).not_to_be_empty()
    for name in (EN.again, EN.edit):
        expect(first.get_by_role("button", name=name, exact=True)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(first.get_by_role("button", name=EN.again, exact=True)).to_be_visible()


def test_an_edited_question_is_kept_while_an_answer_is_written(page: Page) -> None:
    expect_status(ask(page, "/echo one"), "done")
    first = page.locator(".turn").first
    press(first, EN.edit)
    edited = first.get_by_label(EN.edited)
    edited.fill("/echo changed")
    running = ask(page, "/fault stall 30")
    expect(answer_of(running)).not_to_be_empty()
    edited.press("Enter")
    expect(edited).to_have_value("/echo changed")
    page.locator("main").press("Escape")
    expect_status(running, "stopped")
    edited.press("Enter")
    expect(answer_of(page.locator(".turn").last)).to_have_text("changed")
