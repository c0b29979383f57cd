"""What the tab keeps: a draft and a conversation outlive a reload, and nothing is shown as finished that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import answer_of, ask, expect_status, field, press

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visit import OpenPage

KEPT = "JSON.stringify(Object.entries(sessionStorage))"
ASK_ELSEWHERE = """() => {
  const find = (name) => Object.keys(sessionStorage).find((key) => key.endsWith(name));
  const [turn] = JSON.parse(sessionStorage[find("turns")]);
  sessionStorage[find("turns")] = JSON.stringify([turn, { ...turn, question: "elsewhere" }]);
  sessionStorage[find("draft")] = JSON.stringify("a draft");
}"""


def test_draft_and_conversation_outlive_a_reload_but_not_the_tab(page: Page) -> None:
    expect_status(ask(page, "/echo one"), "done")
    failed = ask(page, "/fault code 4016")
    expect_status(failed, "failed")
    message = failed.locator("[data-part=message]").inner_text()
    field(page).fill("not yet asked")
    page.reload()
    expect(field(page)).to_have_value("not yet asked")
    expect(page.locator(".turn")).to_have_count(2)
    expect(answer_of(page.locator(".turn").first)).to_have_text("one")
    expect(page.locator(".turn").last.locator("[data-part=message]")).to_have_text(message)
    other = page.context.new_page()
    other.goto(page.url)
    expect(field(other)).to_have_value("")
    expect(other.locator(".turn")).to_have_count(0)


def test_an_answer_that_a_reload_cut_off_is_never_shown_as_finished(page: Page) -> None:
    turn = ask(page, "/fault stall 30")
    expect(answer_of(turn)).not_to_be_empty()
    page.reload()
    turn = page.locator(".turn")
    expect_status(turn, "failed")
    expect(turn.get_by_text(EN.broken_off)).to_be_visible()
    expect(turn.get_by_role("button", name=EN.script.retry)).to_be_enabled()


def test_an_answer_whose_tab_was_killed_is_never_shown_as_finished(page: Page) -> None:
    expect(answer_of(ask(page, "/fault stall 30"))).not_to_be_empty()
    kept = page.evaluate(KEPT)
    other = page.context.new_page()
    other.add_init_script(f"for (const [key, value] of {kept}) sessionStorage[key] = value;")
    other.goto(page.url)
    turn = other.locator(".turn")
    expect(turn.locator("[data-part=message]")).to_have_text(EN.script.left)
    press(turn, EN.script.retry)
    expect(answer_of(turn)).not_to_be_empty()
    other.keyboard.press("Escape")
    page.keyboard.press("Escape")


def test_a_page_that_comes_back_shows_what_was_asked_since(page: Page) -> None:
    """As after "Back" from the page in the other language, which browsers keep in memory as it was left."""
    expect_status(ask(page, "/echo one"), "done")
    page.evaluate(ASK_ELSEWHERE)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator(".turn .question")).to_have_text(["/echo one", "elsewhere"])
    expect(field(page)).to_have_value("a draft")
    page.reload()
    expect(page.locator(".turn .question")).to_have_text(["/echo one", "elsewhere"])


def test_an_answer_is_kept_when_its_tab_goes_into_the_background(page: Page) -> None:
    """There, a phone may end the tab without a word."""
    turn = ask(page, "/fault stall 30")
    expect(answer_of(turn)).not_to_be_empty()
    said = answer_of(turn).inner_text().split()[0]
    assert said not in page.evaluate(KEPT)
    page.evaluate("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert said in page.evaluate(KEPT)
    page.keyboard.press("Escape")


def test_where_the_browser_keeps_nothing_the_page_works(open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('blocked'); } });")
    page.reload()
    turn = ask(page, "/echo here")
    expect_status(turn, "done")
    expect(answer_of(turn)).to_have_text("here")


def test_a_stored_conversation_that_cannot_be_shown_is_left_out(page: Page) -> None:
    expect_status(ask(page, "/echo one"), "done")
    page.add_init_script("for (const key of Object.keys(sessionStorage)) sessionStorage[key] = '[{\"attempts\": []}]';")
    page.reload()
    expect_status(ask(page, "/echo two"), "done")
    expect(page.locator(".turn")).to_have_count(1)
