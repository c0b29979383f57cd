"""The head of the page: its theme and its language, by choice, and the owner's name and colour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.accent import READABLE, contrast
from coze_web.words import EN, ZH
from tests.browser.test_look import brightness
from tests.browser.visit import DESKTOP, PHONE, ask, expect_status, field
from tests.servers import demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.visit import OpenPage

THEMES = (EN.script.theme_system, EN.script.theme_light, EN.script.theme_dark)


def is_dark(page: Page) -> bool:
    return brightness(page, "backgroundColor") < 40


def themes(page: Page) -> list[tuple[str | None, bool]]:
    """Press the button once round; return what it says of itself, and whether the page is dark, at each stop."""
    button = page.locator("#theme")
    seen = []
    for _ in THEMES:
        seen.append((button.get_attribute("aria-label"), is_dark(page)))
        button.click()
    return seen


@pytest.mark.parametrize("system", ["light", "dark"])
def test_one_button_goes_round_the_themes(open_page: OpenPage, system: str) -> None:
    page = open_page(color_scheme=system)
    assert themes(page) == list(zip(THEMES, [system == "dark", False, True], strict=True))
    expect(page.get_by_role("button", name=THEMES[0])).to_be_visible()
    assert is_dark(page) is (system == "dark")


def test_a_chosen_theme_is_there_again_at_the_next_visit(open_page: OpenPage) -> None:
    page = open_page(color_scheme="light")
    for name, dark in ((THEMES[1], False), (THEMES[2], True), (THEMES[0], False)):
        page.locator("#theme").click()
        page.reload()
        expect(page.get_by_role("button", name=name)).to_be_visible()
        assert is_dark(page) is dark
    assert page.context.cookies() == []


def test_the_button_wins_over_what_the_address_asked_for(page: Page) -> None:
    page.goto(f"{page.url}?theme=light")
    page.locator("#theme").click()
    assert is_dark(page)
    page.reload()
    assert is_dark(page)
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", ZH.lang)
    expect(page.locator("body")).to_have_css("background-color", "rgb(24, 22, 19)")


def test_without_javascript_a_query_chooses_the_theme(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    expect(page.locator("#theme")).to_be_hidden()
    page.goto(f"{page.url}?theme=dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(24, 22, 19)")


def test_the_other_language_is_one_click_away_without_javascript_too(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    address = page.url
    page.goto(f"{address}?theme=dark")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", ZH.lang)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(address)
    expect(field(page)).to_have_attribute("placeholder", ZH.placeholder)
    page.get_by_role("link", name="English").click()
    expect(field(page)).to_have_attribute("placeholder", EN.placeholder)


def test_errors_come_in_the_language_of_the_page(open_page: OpenPage) -> None:
    page = open_page(locale="en-US")
    page.get_by_role("link", name="中文").click()
    turn = ask(page, "/fault code 4016")
    expect_status(turn, "failed")
    expect(turn.locator("[data-part=message]")).to_have_text(re.compile("[\u4e00-\u9fff]"))


def test_the_head_fits_on_a_narrow_phone(open_page: OpenPage) -> None:
    page = open_page(**PHONE | {"viewport": {"width": 320, "height": 640}})
    for tool in page.locator(".masthead .quiet:visible").all():
        box = tool.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] + box["width"] <= 320


def colours(element: Locator) -> list[str]:
    """Return an element's ground and its text as hexadecimal colours."""
    read = "element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]"
    return ["#" + bytes(map(int, re.findall(r"\d+", text)[:3])).hex() for text in element.evaluate(read)]


def test_the_owners_name_and_colour_are_on_the_page(browser: Browser) -> None:
    with demo(COZE_WEB_TITLE="Lemon & Co", COZE_WEB_ACCENT="#ffe100") as url:
        for system in ("light", "dark"):
            page = browser.new_page(**DESKTOP, color_scheme=system, reduced_motion="reduce")
            page.goto(url)
            expect(page).to_have_title("Lemon & Co")
            expect(page.get_by_role("heading", level=1)).to_have_text("Lemon & Co")
            ground, text = colours(page.locator("[data-send]"))
            assert contrast(ground, text) >= READABLE
            assert (ground == "#ffe100") is (system == "dark"), "where it can be read it is the very colour"
            page.close()


def test_the_demo_bots_icon_comes_from_this_site(page: Page) -> None:
    loads = """async () => {
        const icon = new Image();
        icon.src = "api/v1/coze/bot/icon";
        await icon.decode();
        return icon.naturalWidth;
    }"""
    assert page.evaluate(loads) == 96
