"""The chat on another site's page: a button, a panel, and no more said between the two than docs/embed.md says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from coze_web.words import EN, ZH
from tests.browser.shop import EXAMPLE, chat_of, expect_closed, launcher, open_chat, page_with, panel, script
from tests.browser.visit import DESKTOP, PHONE, answer_of, ask, expect_status, field, settle, take_shot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

    from tests.browser.shop import Shop
    from tests.browser.visit import OpenPage as OpenShop

LABEL = "Ask the tea shop"
READY, CLOSE = {"type": "coze-web:ready"}, {"type": "coze-web:close"}
IN_CHINESE = re.compile("[?&]lang=zh")
OVERFLOW = "getComputedStyle(document.documentElement).overflow"


def test_the_whole_way_with_the_keyboard_alone(open_shop: OpenShop, site: Shop) -> None:
    page = open_shop()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("searchbox").press("Tab")
    expect(page.get_by_role("button", name=LABEL, expanded=False)).to_be_focused()
    assert asked == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=LABEL)).to_be_visible()
    chat: Any = chat_of(page)
    expect(field(chat)).to_be_focused()
    page.keyboard.type("/echo within the frame")
    page.keyboard.press("Enter")
    turn = chat.locator(".turn")
    expect_status(turn, "done")
    page.keyboard.press("Escape")
    expect_closed(page)
    page.keyboard.press("Space")
    expect(answer_of(turn)).to_have_text("within the frame")
    expect(field(chat)).to_be_focused()
    assert [unquote(url) for url in asked if "/?" in url] == [f"{site.chat}/?lang=en&embed={site.url}"]


def test_the_two_sites_tell_each_other_what_is_written_down_and_no_more(open_shop: OpenShop, site: Shop) -> None:
    page = open_shop()
    with page.expect_request(lambda request: request.is_navigation_request()) as asked:
        chat = open_chat(page)
    assert "referer" not in asked.value.all_headers()
    assert chat.evaluate("document.referrer") == ""
    for question, status in (("/say 30", "done"), ("/fault code 4016", "failed")):
        expect_status(ask(chat, question), status)
    page.keyboard.press("Escape")
    expect_closed(page)
    launcher(page).click()
    expect(field(chat)).to_be_focused()
    assert page.evaluate("heard") == [[site.chat, READY], [site.chat, CLOSE]]
    assert chat.evaluate("heard") == []


def test_escape_stops_an_answer_and_then_closes(open_shop: OpenShop) -> None:
    page = open_shop()
    chat = open_chat(page)
    turn = ask(chat, "/fault stall 30")
    expect(answer_of(turn)).not_to_be_empty()
    page.keyboard.press("Escape")
    expect_status(turn, "stopped")
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect_closed(page)


def test_escape_that_ends_a_composition_does_not_close(open_shop: OpenShop) -> None:
    page = open_shop()
    init = {"key": "Escape", "isComposing": True, "bubbles": True}
    field(open_chat(page)).evaluate("(input, init) => input.dispatchEvent(new KeyboardEvent('keydown', init))", init)
    assert page.evaluate("heard.length") == 1
    expect(panel(page)).to_be_visible()


def test_an_answer_goes_on_behind_a_closed_panel_and_takes_no_focus(open_shop: OpenShop) -> None:
    page = open_shop()
    chat = open_chat(page)
    turn = ask(chat, "/say 30")
    chat.get_by_role("button", name=EN.close).click()
    expect_closed(page)
    page.get_by_role("searchbox").fill("oolong")
    expect(chat.locator("#composer")).to_have_attribute("data-busy", "false", timeout=20_000)
    expect(page.get_by_role("searchbox")).to_be_focused()
    launcher(page).click()
    expect_status(turn, "done")
    expect(field(chat)).to_be_focused()


def test_the_button_closes_too(open_shop: OpenShop) -> None:
    page = open_shop()
    open_chat(page)
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    launcher(page).click()
    expect_closed(page)
    launcher(page).click()
    launcher(page).press("Escape")
    expect_closed(page)


def test_focus_returns_to_the_button_that_never_had_it(open_shop: OpenShop) -> None:
    """Safari gives none to a button that is clicked."""
    page = open_shop()
    page.get_by_role("searchbox").focus()
    launcher(page).dispatch_event("click")
    chat_of(page)
    page.keyboard.press("Escape")
    expect_closed(page)


def test_an_answer_that_ends_takes_no_focus_from_the_site(open_shop: OpenShop) -> None:
    page = open_shop()
    chat = open_chat(page)
    turn = ask(chat, "/fault stall 5")
    chat.get_by_role("button", name=EN.stop).focus()
    page.get_by_role("searchbox").click()
    expect_status(turn, "done")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_page_that_is_slow_takes_no_focus_from_the_site(open_shop: OpenShop) -> None:
    page = open_shop()

    def hold(route: Route) -> None:
        expect(panel(page)).to_have_attribute("data-state", "ready")
        page.get_by_role("searchbox").click()
        route.continue_()

    page.route("**/js/app.js", hold)
    chat = open_chat(page)
    expect(field(chat)).to_be_enabled()
    expect(page.get_by_role("searchbox")).to_be_focused()
    launcher(page).click()
    launcher(page).click()
    expect(field(chat)).to_be_focused()


def test_a_page_in_a_tab_of_its_own_cannot_be_closed(browser: Browser, site: Shop) -> None:
    page = browser.new_page(**DESKTOP)
    page.goto(f"{site.chat}/?embed={site.url}")
    expect(field(page)).to_be_focused()
    expect(page.locator("[data-close]")).to_be_hidden()
    page.close()


def test_on_a_phone_the_panel_is_the_whole_screen(open_shop: OpenShop) -> None:
    page = open_shop(EXAMPLE.replace("<h1>", "<p>Tea<br></p>" * 100 + "<h1>"), **PHONE)
    chat = open_chat(page)
    assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert chat.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator("iframe")).to_be_focused()
    assert page.evaluate(OVERFLOW) == "hidden"
    page.get_by_role("searchbox").focus()
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    chat.get_by_role("button", name=EN.close).tap()
    expect_closed(page)
    assert page.evaluate(OVERFLOW) == "visible"


def test_the_panel_shuts_the_site_off_while_it_is_the_whole_screen_and_no_longer(
    open_shop: OpenShop, site: Shop
) -> None:
    page = open_shop(viewport={"width": 400, "height": 800})
    chat = open_chat(page)
    turn = ask(chat, "/echo kept")
    expect_status(turn, "done")
    for width, modal in ((1180, 0), (400, 1), (1180, 0)):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator("dialog:modal")).to_have_count(modal)
        settle(page)
        expect(panel(page)).to_be_visible()
        expect(field(chat)).to_be_focused()
        expect(launcher(page)).to_have_attribute("aria-expanded", "true")
        assert page.evaluate(OVERFLOW) == ("hidden" if modal else "visible")
    expect(answer_of(turn)).to_have_text("kept")
    assert page.evaluate("heard") == [[site.chat, READY]]
    page.get_by_role("searchbox").click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    launcher(page).click()
    expect_closed(page)
    page.set_viewport_size({"width": 400, "height": 800})
    settle(page)
    expect_closed(page)


def test_a_keyboard_that_takes_half_the_screen_is_not_sent_away(open_shop: OpenShop) -> None:
    """On some tablets it makes the window narrow, and goes when the focus does."""
    page = open_shop(viewport={"width": 1024, "height": 768})
    chat = open_chat(page)
    expect(field(chat)).to_be_focused()
    chat.evaluate("addEventListener('blur', () => heard.push('blur'))")
    page.set_viewport_size({"width": 1024, "height": 400})
    expect(page.locator("dialog:modal")).to_be_visible()
    settle(page)
    expect(field(chat)).to_be_focused()
    assert chat.evaluate("heard") == []


def test_a_window_that_gets_low_takes_no_focus_from_the_site(open_shop: OpenShop) -> None:
    page = open_shop(viewport={"width": 1024, "height": 768})
    open_chat(page)
    page.get_by_role("searchbox").click()
    page.set_viewport_size({"width": 1024, "height": 400})
    settle(page)
    page.keyboard.type("oolong")
    expect(page.get_by_role("searchbox")).to_have_value("oolong")
    page.set_viewport_size({"width": 1024, "height": 768})
    settle(page)
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_nobody_is_shut_in_when_the_next_page_in_the_panel_does_not_come(open_shop: OpenShop) -> None:
    page = open_shop(**PHONE)
    chat = open_chat(page)
    page.route(IN_CHINESE, lambda route: route.abort())
    chat.get_by_role("link", name="中文").tap()
    expect(panel(page)).to_have_attribute("data-state", "loading")
    panel(page).get_by_role("button", name="Close").tap()
    expect_closed(page)
    expect(field(open_chat(page))).to_have_attribute("placeholder", EN.placeholder)
    page.unroute(IN_CHINESE)
    chat_of(page).get_by_role("link", name="中文").tap()
    expect(panel(page).frame_locator("iframe").get_by_placeholder(ZH.placeholder)).to_be_visible()
    expect(panel(page)).to_have_attribute("data-state", "ready")


def test_a_change_of_language_adds_nothing_to_the_sites_history(open_shop: OpenShop, site: Shop) -> None:
    page = open_shop()
    page.goto(f"{site.url}/?next")
    chat = open_chat(page)
    before = page.evaluate("history.length")
    for there, words in (("中文", ZH), ("English", EN)):
        chat.get_by_role("link", name=there).click()
        expect(field(chat)).to_have_attribute("placeholder", words.placeholder)
        expect(panel(page)).to_have_attribute("data-state", "ready")
    assert page.evaluate("history.length") == before
    page.evaluate("history.back()")
    expect(page).to_have_url(f"{site.url}/")


@pytest.mark.parametrize("how", [{"modifiers": ["ControlOrMeta"]}, {"modifiers": ["Shift"]}, {"button": "middle"}])
def test_the_other_language_can_be_opened_beside_the_panel(open_shop: OpenShop, how: dict[str, Any]) -> None:
    page = open_shop()
    chat = open_chat(page)
    with page.context.expect_page() as opened:
        chat.get_by_role("link", name="中文").click(**how)
    expect(field(opened.value)).to_have_attribute("placeholder", ZH.placeholder)
    expect(field(chat)).to_have_attribute("placeholder", EN.placeholder)
    assert page.evaluate("heard.length") == 1


def test_a_chosen_theme_lasts_where_no_cookie_does(open_shop: OpenShop) -> None:
    page = open_shop(page_with(script(theme="light")))
    chat = open_chat(page)
    chat.get_by_role("button", name=EN.script.theme_light).click()
    chat.get_by_role("link", name="中文").click()
    chat.wait_for_url("**lang=zh**")
    expect(chat.locator("html")).to_have_attribute("data-theme", "dark")


def test_only_the_page_in_the_panel_is_listened_to(open_shop: OpenShop, site: Shop) -> None:
    other = f'<iframe name="other" src="{site.chat}/?embed={site.url}"></iframe>'
    page = open_shop(page_with(other + script()))
    chat = open_chat(page)
    page.evaluate("postMessage({ type: 'coze-web:close' }, '*')")
    page.frame_locator("[name=other]").get_by_role("button", name=EN.close).click()
    site.write("<!doctype html>")
    chat.goto(site.stranger_url)
    chat.evaluate("parent.postMessage({ type: 'coze-web:close' }, '*')")
    page.wait_for_function("() => heard.filter(([, { type }]) => type === 'coze-web:close').length === 3")
    expect(panel(page)).to_be_visible()


def test_screenshot_of_the_panel_on_another_site(open_shop: OpenShop) -> None:
    page = open_shop()
    turn = ask(open_chat(page), "Think about tea, then suggest what to ask next")
    expect_status(turn, "done")
    take_shot(page, "embed.png")
