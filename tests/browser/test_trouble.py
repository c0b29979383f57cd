"""What the page shows when something goes wrong, takes long, or must be asked again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.states import refuse
from tests.browser.visit import CHAT, DONE, answer_of, ask, expect_status, field, frame, hold, tell

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_refusal_is_shown_with_what_support_needs(page: Page) -> None:
    turn = ask(page, "/fault code 4016")
    expect_status(turn, "failed")
    expect(turn.locator("[data-part=code]")).to_have_text("4016")
    expect(turn.locator("[data-part=request-id]")).not_to_be_empty()
    expect(turn.locator("[data-part=message]")).not_to_be_empty()
    expect(turn.get_by_text(EN.broken_off)).to_be_hidden()


@pytest.mark.parametrize("missing", ["app", "chat", "views/turn"])
def test_a_page_that_did_not_load_completely_says_so(page: Page, missing: str) -> None:
    page.route(f"**/js/{missing}.js", lambda route: route.abort(), times=1)
    page.reload()
    expect(page.get_by_text(EN.incomplete)).to_be_visible()
    page.get_by_role("link", name=EN.reload).click()
    expect(field(page)).to_be_enabled()
    expect(page.get_by_text(EN.incomplete)).to_be_hidden()


@pytest.mark.parametrize("fault", ["cut", "failed"])
def test_an_answer_that_broke_off_stays_and_says_so(page: Page, fault: str) -> None:
    turn = ask(page, f"/fault {fault}")
    expect_status(turn, "failed")
    expect(answer_of(turn)).not_to_be_empty()
    expect(turn.get_by_text(EN.broken_off)).to_be_visible()
    expect(turn.locator("[data-part=message]")).not_to_be_empty()


def test_a_retry_asks_the_same_question_in_the_same_turn(page: Page) -> None:
    page.route(CHAT, lambda route: route.abort(), times=1)
    turn = ask(page, "/echo here again")
    expect_status(turn, "failed")
    expect(turn.get_by_text(EN.script.offline)).to_be_visible()
    turn.get_by_role("button", name=EN.script.retry).click()
    expect_status(turn, "done")
    expect(answer_of(turn)).to_have_text("here again")
    expect(turn.locator(".fault")).to_be_hidden()
    expect(page.locator(".turn")).to_have_count(1)


def test_a_retry_waits_as_long_as_the_server_said(page: Page) -> None:
    page.clock.install()
    refuse(page, status=429, code="rate_limited", retryable=True, wait=60)
    turn = ask(page, "/echo later")
    retry = turn.locator("[data-part=retry]")
    expect(retry).to_be_disabled()
    page.clock.run_for(30_000)
    expect(retry).to_have_text(re.compile(r"^Try again in (30|2\d) s$"))
    page.clock.run_for(31_000)
    expect(retry).to_be_enabled()
    expect(retry).to_have_text(EN.script.retry)


@pytest.mark.parametrize(("wait", "words"), [(43_211, "12 h"), (7_200, "120 min"), (121, "2 min"), (120, "120 s")])
def test_a_long_wait_is_said_in_minutes_and_hours(page: Page, wait: int, words: str) -> None:
    page.clock.set_fixed_time(0)
    refuse(page, status=429, code="daily_limit", retryable=True, wait=wait)
    turn = ask(page, "/echo later")
    expect(turn.locator("[data-part=retry]")).to_have_text(f"Try again in {words}")


def test_a_wait_goes_by_the_clock_where_the_page_was_asleep(page: Page) -> None:
    """As on a phone that was locked: no timer runs there."""
    page.clock.install()
    refuse(page, status=429, code="rate_limited", retryable=True, wait=50)
    turn = ask(page, "/echo later")
    expect(turn.locator("[data-part=retry]")).to_be_disabled()
    page.clock.fast_forward("02:00")
    expect(turn.locator("[data-part=retry]")).to_be_enabled()


def test_a_question_that_is_too_long_is_kept_to_be_shortened(page: Page) -> None:
    too_long = "A long question. " * 500 + "🌊"
    turn = ask(page, too_long)
    expect(turn.locator("[data-part=message]")).to_contain_text(str(len(too_long)))
    edit = turn.get_by_role("button", name=EN.edit)
    expect(edit).to_be_in_viewport()
    edit.click()
    expect(turn.get_by_label(EN.edited)).to_have_value(too_long)
    turn.get_by_label(EN.edited).fill("/echo shorter")
    turn.get_by_label(EN.edited).press("Enter")
    expect(answer_of(page.locator(".turn").last)).to_have_text("shorter")


def test_an_error_that_will_stay_offers_no_retry(page: Page) -> None:
    error = {"type": "error", "code": "4015", "message": "Not published", "retryable": False, "request_id": "r"}
    page.route(CHAT, lambda route: route.fulfill(status=500, json=error))
    turn = ask(page, "hello")
    expect(turn.get_by_text("Not published")).to_be_visible()
    expect(turn.locator("[data-part=retry]")).to_be_hidden()


def test_a_slow_start_shows_that_something_happens(page: Page) -> None:
    hold(page)
    turn = ask(page, "hello")
    expect(turn.locator(".waiting")).to_be_visible()
    tell(page, frame("conversation.message.completed", id="a", type="answer", content="At last."), DONE)
    expect_status(turn, "done")
    expect(turn.locator(".waiting")).to_be_hidden()
