"""What a visitor can do with an answer: ask again, edit, copy, page, reload, begin anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import CHAT, answer_of, ask, expect_status, field, frame, say, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.visit import OpenPage

COMPLETED = "conversation.message.completed"
SAID = "main [role=status]"
KEPT = "JSON.stringify(Object.entries(sessionStorage))"
ASK_ELSEWHERE = """() => {
  const find = (name) => Object.keys(sessionStorage).find((key) => key.endsWith(name));
  const [turn] = JSON.parse(sessionStorage[find("turns")]);
  sessionStorage[find("turns")] = JSON.stringify([turn, { ...turn, question: "elsewhere" }]);
  sessionStorage[find("draft")] = JSON.stringify("a draft");
}"""


def press(turn_or_page: object, name: str) -> None:
    turn_or_page.get_by_role("button", name=name, exact=True).click()  # type: ignore[attr-defined]


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
    waiting: list[Route] = []
    for question in ("first", "middle", "last"):
        say(page, long if question == "middle" else frame(COMPLETED, id="a", type="answer", content="Short."))
        expect_status(ask(page, question), "done")
        page.unroute(CHAT)
    middle = page.locator(".turn").nth(1)
    page.route(CHAT, lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright takes no builtin
    press(middle, EN.again)
    expect(middle.locator(".waiting")).to_be_in_viewport()
    settle(page)
    waiting[0].fulfill(body=long, content_type="text/event-stream")
    expect(answer_of(middle)).not_to_be_empty()
    settle(page)
    expect(middle.get_by_role("heading")).to_be_in_viewport()


def test_what_broke_off_is_kept_when_it_is_asked_again(page: Page) -> None:
    turn = ask(page, "/fault cut")
    expect_status(turn, "failed")
    partly = answer_of(turn).inner_text()
    press(turn, EN.script.retry)
    expect(turn).to_have_attribute("data-status", "answering")
    expect_status(turn, "failed")
    press(turn, EN.previous)
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
    first = ask(page, "/echo one")
    expect_status(first, "done")
    press(first, EN.edit)
    first.get_by_label(EN.edited).fill("changed")
    first.get_by_label(EN.edited).press("Escape")
    expect(first.get_by_role("heading")).to_have_text("/echo one")
    expect(first.get_by_role("button", name=EN.edit)).to_be_focused()
    expect(page.locator(".turn")).to_have_count(1)


def test_an_answer_is_copied_as_the_bot_wrote_it(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(page, "/echo **bold** and `code`")
    expect_status(turn, "done")
    press(turn, EN.copy)
    expect(turn.get_by_text(EN.script.copied)).to_be_visible()
    expect(page.locator(SAID)).to_have_text(EN.script.copied)
    assert page.evaluate("navigator.clipboard.readText()") == "**bold** and `code`"


def test_a_copy_that_fails_says_so_and_can_be_tried_again(page: Page) -> None:
    turn = ask(page, "/echo here")
    expect_status(turn, "done")
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false")
    press(turn, EN.copy)
    expect(turn.get_by_text(EN.script.not_copied)).to_be_visible()
    expect(page.locator(SAID)).to_have_text(EN.script.not_copied)
    expect(turn.get_by_role("button", name=EN.copy, exact=True)).to_be_visible()


def test_an_error_is_copied_with_what_support_asks_for(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(page, "/fault code 4016")
    expect_status(turn, "failed")
    press(turn, EN.copy_fault)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"code: 4016\nlogid: \w+\nrequest_id: \w+$", copied)
    assert turn.locator("[data-part=message]").inner_text() in copied


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


def test_where_the_browser_keeps_nothing_the_page_works(open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('blocked'); } });")
    page.reload()
    turn = ask(page, "/echo here")
    expect_status(turn, "done")
    expect(answer_of(turn)).to_have_text("here")


@pytest.mark.parametrize(
    ("event", "data", "shown"),
    [
        ("conversation.message.completed", {"type": "answer", "content_type": "card", "content": '{"x": 1}'}, "card"),
        ("conversation.audio.delta", {"type": "answer", "content_type": "audio", "content": "UklGRg=="}, "audio"),
    ],
)
def test_what_the_page_cannot_show_is_said_to_be_there(
    page: Page, event: str, data: dict[str, str], shown: str
) -> None:
    say(page, frame(event, id="1", **data))
    turn = ask(page, "show me")
    expect_status(turn, "done")
    expect(answer_of(turn)).to_have_text(getattr(EN.script, shown))
    expect(turn.get_by_text(EN.script.empty)).to_be_hidden()


# One answer, painted as speech, as text, and as a card.
PAINT = """async (words) => {
  const app = document.querySelector("script[src$='/app.js']").src;
  const { AnswersView } = await import(new URL("views/answers.js", app));
  const root = document.querySelector("[data-turns]");
  const view = new AnswersView(root, words);
  const attempt = { answers: [], open: true };
  const texts = [];
  for (const answer of [{ kind: "audio", text: "" }, { kind: "text", text: "Hello" }, { kind: "card", text: "" }]) {
    attempt.answers = [answer];
    view.paint(attempt);
    texts.push(root.textContent);
  }
  return texts;
}"""


def test_an_answer_that_turns_out_to_be_something_else_leaves_nothing_behind(page: Page) -> None:
    assert page.evaluate(PAINT, {"audio": "Speech", "card": "Card"}) == ["Speech", "Hello", "Card"]


def test_a_step_is_seen_running_and_done(page: Page) -> None:
    turn = ask(page, "What is the weather in Paris?")
    expect(turn.locator(".steps li")).to_contain_text("get_weather")
    expect_status(turn, "done")
    expect(turn.locator(".steps li")).to_have_attribute("data-state", "done")


def test_a_step_without_result_says_so_when_the_answer_ends_early(page: Page) -> None:
    call = frame("conversation.message.completed", id="1", type="function_call", content='{"name": "look_up"}')
    page.route(CHAT, lambda route: route.fulfill(body=f": open\n\n{call}", content_type="text/event-stream"))
    turn = ask(page, "look")
    expect_status(turn, "failed")
    expect(turn.locator(".steps li")).to_have_text(f"look_up {EN.script.step_left}")


def test_a_stored_conversation_that_cannot_be_shown_is_left_out(page: Page) -> None:
    expect_status(ask(page, "/echo one"), "done")
    page.add_init_script("for (const key of Object.keys(sessionStorage)) sessionStorage[key] = '[{\"attempts\": []}]';")
    page.reload()
    expect_status(ask(page, "/echo two"), "done")
    expect(page.locator(".turn")).to_have_count(1)


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
