"""What the page shows when something goes wrong, takes long, or must be asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import CHAT, answer_of, ask, expect_status

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_refusal_is_shown_with_what_support_needs(page: Page) -> None:
    turn = ask(page, "/fault code 4016")
    expect_status(turn, "failed")
    expect(turn.locator("[data-part=code]")).to_have_text("4016")
    expect(turn.locator("[data-part=request-id]")).not_to_be_empty()
    expect(turn.locator("[data-part=message]")).not_to_be_empty()
    expect(turn.get_by_text(EN.broken_off)).to_be_hidden()


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
    error = {"type": "error", "code": "rate_limited", "message": "Slowly", "retryable": True, "request_id": "r"}
    page.route(CHAT, lambda route: route.fulfill(status=429, json=error, headers={"Retry-After": "2"}), times=1)
    turn = ask(page, "/echo later")
    retry = turn.locator("[data-part=retry]")
    expect(retry).to_be_disabled()
    expect(retry).to_have_text(EN.script.retry_in.replace("{n}", "1"))
    expect(retry).to_be_enabled()
    expect(retry).to_have_text(EN.script.retry)


def test_an_error_that_will_stay_offers_no_retry(page: Page) -> None:
    error = {"type": "error", "code": "4015", "message": "Not published", "retryable": False, "request_id": "r"}
    page.route(CHAT, lambda route: route.fulfill(status=500, json=error))
    turn = ask(page, "hello")
    expect(turn.get_by_text("Not published")).to_be_visible()
    expect(turn.locator("[data-part=retry]")).to_be_hidden()


def test_a_slow_start_shows_that_something_happens(page: Page) -> None:
    turn = ask(page, "/fault slow-start 3")
    expect(turn.locator(".waiting")).to_be_visible()
    expect_status(turn, "done")
    expect(turn.locator(".waiting")).to_be_hidden()
