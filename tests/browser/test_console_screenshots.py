"""The pictures of the console's manual, taken against the embedded Coze."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.console_site import open_in, run, run_form, watch
from tests.browser.visit import take_shot

if TYPE_CHECKING:
    from tests.browser.visit import OpenPage


@pytest.mark.parametrize(("name", "scheme"), [("console-overview", "light"), ("console-overview-dark", "dark")])
def test_screenshot_of_the_charts(open_console: OpenPage, name: str, scheme: str) -> None:
    page = open_console(color_scheme=scheme, viewport={"width": 1180, "height": 900})
    expect(page.locator("svg[role=img]")).to_have_count(4)
    take_shot(page, f"{name}.png")


def test_screenshot_of_a_run(open_console: OpenPage) -> None:
    page = run_form(open_console(viewport={"width": 1180, "height": 1000}))
    run(page, "/ask")
    page.get_by_label("Your answer").fill("Hangzhou")
    page.keyboard.press("Enter")
    expect(watch(page).get_by_role("status")).to_have_text("succeeded")
    page.mouse.click(0, 0)
    take_shot(page, "console-run.png")


def test_screenshot_of_the_log(open_console: OpenPage) -> None:
    page = run_form(open_console())
    ended = {
        "tides": watch(page).get_by_text("succeeded"),
        "/fault fail": watch(page).locator(".fault"),
        "/ask": page.get_by_label("Your answer"),
    }
    for said, sign in ended.items():
        run(page, said)
        expect(sign).to_be_visible()
    open_in(page, "/runs?q=")
    expect(page.locator("tbody tr").nth(2)).to_be_visible()
    take_shot(page, "console-runs.png")
