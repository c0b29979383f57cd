"""The browser loses its network and finds it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN, ZH
from tests.browser.visit import answer_of, ask, expect_status

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

    from coze_web.words import Words
    from tests.browser.visit import OpenPage


@pytest.mark.parametrize(("words", "locale"), [(EN, "en-US"), (ZH, "zh-CN")], ids=["English", "Chinese"])
def test_being_offline_is_noticed_for_as_long_as_it_lasts(open_page: OpenPage, words: Words, locale: str) -> None:
    page = open_page(locale=locale)
    notice = page.locator("[data-network][role=status]")
    expect(notice).to_have_text("")
    page.context.set_offline(True)
    expect(notice).to_have_text(words.no_network)
    page.context.set_offline(False)
    expect(notice).to_have_text("")


def test_a_question_asked_offline_can_be_asked_again_and_is_not_by_itself(page: Page) -> None:
    page.context.set_offline(True)
    turn = ask(page, "/echo back again")
    expect_status(turn, "failed")
    expect(turn.get_by_text(EN.script.offline)).to_be_visible()
    asked = note_questions(page)
    page.context.set_offline(False)
    expect(page.locator("[data-network][role=status]")).to_have_text("")
    expect_status(turn, "failed")
    assert asked == []
    turn.get_by_role("button", name=EN.script.retry).click()
    expect_status(turn, "done")
    expect(answer_of(turn)).to_have_text("back again")
    assert len(asked) == 1


def note_questions(page: Page) -> list[Request]:
    asked: list[Request] = []
    page.on("request", lambda request: asked.extend([request] * (request.method == "POST")))
    return asked
