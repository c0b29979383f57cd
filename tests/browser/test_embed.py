"""The chat on another site's page: a button, a panel, and no more said between the two than docs/embed.md says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from coze_web.words import EN, ZH
from tests.browser.shop import EXAMPLE, chat_of, expect_closed, launcher, open_chat, page_with, panel, script
from tests.browser.visit import DESKTOP, PHONE, answer_of, ask, expect_status, field, take_shot

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from coze_web.words import Words
    from tests.browser.shop import Shop
    from tests.browser.visit import OpenPage as OpenShop

LABEL = "Ask the tea shop"
READY, CLOSE = {"type": "coze-web:ready"}, {"type": "coze-web:close"}
IN_CHINESE = re.compile("[?&]lang=zh")
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
  Object.defineProperty(window, name, { get() { throw new DOMException("Access is denied", "SecurityError"); } });
Object.defineProperty(document, "cookie", { get() { throw new DOMException("Access is denied", "SecurityError"); } });
"""
OVERFLOW = "getComputedStyle(document.documentElement).overflow"
STRICT = "default-src 'none'; script-src {0}; frame-src {0}; require-trusted-types-for 'script'; trusted-types 'none'"
HOSTILE = """* { display: none !important; font: 90px serif !important; opacity: 0 !important }
html { display: block !important; opacity: 1 !important; font-size: 3px !important } body { transform: scale(.5) }"""


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
    turn = ask(chat, "/say 60")
    chat.get_by_role("button", name=EN.stop).focus()
    page.get_by_role("searchbox").click()
    expect_status(turn, "done")
    expect(page.get_by_role("searchbox")).to_be_focused()


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


def test_a_chosen_theme_lasts_where_no_cookie_does(open_shop: OpenShop) -> None:
    page = open_shop(page_with(script(theme="light")))
    chat = open_chat(page)
    chat.get_by_role("button", name=EN.script.theme_light).click()
    chat.get_by_role("link", name="中文").click()
    chat.wait_for_url("**lang=zh**")
    expect(chat.locator("html")).to_have_attribute("data-theme", "dark")


def test_there_is_one_button_however_often_the_script_runs(open_shop: OpenShop, site: Shop) -> None:
    page = open_shop(page_with(script() * 2))
    page.add_script_tag(url=f"{site.chat}/embed.js?again")
    expect(launcher(page)).to_have_count(1)
    open_chat(page)
    assert page.evaluate("document.adoptedStyleSheets.length") == 1


@pytest.mark.parametrize(
    ("options", "words", "said", "way_out", "closing"),
    [
        ({}, EN, "The chat cannot be shown here.", "Open it in a new tab", "Close"),
        (PHONE | {"locale": "zh-CN"}, ZH, "对话无法在这里显示。", "在新标签页中打开", "关闭"),
    ],
)
def test_a_site_that_is_not_allowed_is_told_so(
    browser: Browser, site: Shop, options: dict[str, Any], words: Words, said: str, way_out: str, closing: str
) -> None:
    site.write(page_with(script()))
    with browser.new_context(**(DESKTOP | options)) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(site.stranger_url)
        launcher(page).click()
        expect(page.get_by_role("button", name=closing)).to_be_focused()
        page.clock.run_for(4000)
        expect(page.get_by_text(said)).to_be_hidden()
        page.clock.run_for(1000)
        expect(page.get_by_role("alert")).to_contain_text(said)
        with page.expect_popup() as tab:
            page.get_by_role("link", name=way_out).click()
        expect(field(tab.value)).to_have_attribute("placeholder", words.placeholder)
        expect(tab.value.locator("[data-close]")).to_be_hidden()
        page.get_by_role("button", name=closing).click()
        expect_closed(page)


def test_the_sites_own_styles_and_policy_are_not_in_the_way(open_shop: OpenShop, site: Shop) -> None:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{STRICT.format(site.chat)}; style-src \'nonce-0\'">'
    page = open_shop(page_with(script(), head=f'{policy}<style nonce="0">{HOSTILE}</style>'))
    assert launcher(page).bounding_box() == {"x": 1104, "y": 724, "width": 56, "height": 56}
    chat = open_chat(page)
    assert panel(page).bounding_box() == {"x": 760, "y": 68, "width": 400, "height": 640}
    expect_status(ask(chat, "/echo well"), "done")


def test_the_chat_works_where_storage_is_forbidden(open_shop: OpenShop) -> None:
    chat = open_chat(open_shop(script=NO_STORAGE))
    expect_status(ask(chat, "/echo well"), "done")


@pytest.mark.parametrize(
    ("options", "lang", "label", "asked", "side"),
    [
        ({}, "", "Ask us", "lang=en", "right"),
        ({}, "zh-CN", "在线咨询", "lang=zh", "right"),
        ({"lang": "en", "position": "left"}, "zh-CN", "Ask us", "lang=en", "left"),
        ({"lang": "zh", "theme": "dark", "label": "店小二"}, "en", "店小二", "lang=zh&theme=dark", "right"),
        ({"lang": "fr", "theme": "constructor", "position": "top"}, "zh", "Ask us", "lang=en", "right"),
    ],
)
def test_the_options(
    open_shop: OpenShop, site: Shop, options: dict[str, str], lang: str, label: str, asked: str, side: str
) -> None:
    page = open_shop(page_with(script(**options), lang=lang))
    expect(launcher(page)).to_have_accessible_name(label)
    box = launcher(page).bounding_box()
    assert box
    assert (box["x"] < 590) == (side == "left")
    open_chat(page)
    expect(panel(page)).to_have_accessible_name(label)
    assert unquote(page.frames[1].url) == f"{site.chat}/?{asked}&embed={site.url}"


def test_a_browser_in_chinese_gets_chinese_where_the_page_names_no_language(open_shop: OpenShop) -> None:
    page = open_shop(page_with(script()), locale="zh-CN")
    expect(launcher(page)).to_have_accessible_name("在线咨询")
    expect(field(open_chat(page))).to_have_attribute("placeholder", ZH.placeholder)


def test_a_server_under_a_path_is_asked_under_it(open_shop: OpenShop, site: Shop) -> None:
    page = open_shop(page_with(""))
    page.route("**/bot/**", lambda route: route.continue_(url=route.request.url.replace("/bot/", "/")))
    page.add_script_tag(url=f"{site.chat}/bot/embed.js?v=2")
    launcher(page).click()
    expect(page.locator("iframe")).to_have_attribute("src", re.compile(re.escape(f"{site.chat}/bot/?lang=en&embed=")))


def test_only_the_page_in_the_panel_is_listened_to(open_shop: OpenShop, site: Shop) -> None:
    other = f'<iframe name="other" src="{site.chat}/?embed={site.url}"></iframe>'
    page = open_shop(page_with(other + script()))
    chat = open_chat(page)
    page.evaluate("postMessage({ type: 'coze-web:close' }, '*')")
    page.frame_locator("[name=other]").get_by_role("button", name=EN.close).click()
    site.write("<!doctype html>")
    chat.goto(site.stranger_url)
    chat.evaluate("parent.postMessage({ type: 'coze-web:close' }, '*')")
    page.wait_for_function("heard.filter(([, { type }]) => type === 'coze-web:close').length === 3")
    expect(panel(page)).to_be_visible()


def test_old_browsers_get_the_look_from_a_style_element(open_shop: OpenShop) -> None:
    old = "for (const it of [Document, ShadowRoot]) delete it.prototype.adoptedStyleSheets;"
    page = open_shop(page_with(script()), script=old)
    assert launcher(page).bounding_box() == {"x": 1104, "y": 724, "width": 56, "height": 56}
    open_chat(page)


def test_browsers_without_dialogs_open_the_page_in_a_tab(open_shop: OpenShop) -> None:
    page = open_shop(page_with(script()), script="delete HTMLDialogElement.prototype.show;")
    with page.expect_popup() as tab:
        launcher(page).click()
    expect(field(tab.value)).to_have_attribute("placeholder", EN.placeholder)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark", ""])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_button_is_seen_in_light_and_dark(open_shop: OpenShop, theme: str, system: str) -> None:
    page = open_shop(page_with(script(theme=theme)), color_scheme=system)
    style = (
        "button => { const { color, backgroundColor } = getComputedStyle(button); return [color, backgroundColor]; }"
    )
    icon, ground = (luminance(colour) for colour in launcher(page).evaluate(style))
    assert (max(icon, ground) + 0.05) / (min(icon, ground) + 0.05) > 4.5
    assert (ground > icon) == ((theme or system) == "dark")


def test_screenshot_of_the_panel_on_another_site(open_shop: OpenShop) -> None:
    page = open_shop()
    turn = ask(open_chat(page), "Think about tea, then suggest what to ask next")
    expect_status(turn, "done")
    take_shot(page, "embed.png")
