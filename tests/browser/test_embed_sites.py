"""The button and the panel on whatever site: its options, styles, policy and language, old browsers, none twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from coze_web.words import EN, ZH
from tests.browser.shop import expect_closed, launcher, open_chat, page_with, panel, script
from tests.browser.visit import DESKTOP, PHONE, ask, expect_status, field

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from coze_web.words import Words
    from tests.browser.shop import Shop
    from tests.browser.visit import OpenPage as OpenShop

NO_STORAGE = """for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
  Object.defineProperty(window, name, { get() { throw new DOMException("Access is denied", "SecurityError"); } });
Object.defineProperty(document, "cookie", { get() { throw new DOMException("Access is denied", "SecurityError"); } });
"""
STRICT = "default-src 'none'; script-src {0}; frame-src {0}; require-trusted-types-for 'script'; trusted-types 'none'"
HOSTILE = """* { display: none !important; font: 90px serif !important; opacity: 0 !important }
html { display: block !important; opacity: 1 !important; font-size: 3px !important } body { transform: scale(.5) }"""


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
        page.goto(site.stranger_url)
        page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
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
