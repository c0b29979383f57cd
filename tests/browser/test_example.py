"""The example of coze-web in another app: what its visitors see, and that the shop stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN, ZH
from tests.browser.visit import DESKTOP, answer_of, ask, expect_status
from tests.servers import SHOP_APP, Server, emulator, example_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def shop_site() -> Iterator[Server]:
    command = ("gunicorn", "--config", "python:coze_web.gunicorn_conf", *SHOP_APP)
    with emulator() as coze, example_shop(coze.url, *command) as site:
        yield site


def test_a_visitor_of_the_shop_asks_its_assistant(browser: Browser, shop_site: Server) -> None:
    troubles: list[str] = []
    with browser.new_context(**DESKTOP) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.extend([said.text] * ("Security Policy" in said.text)))
        page.on("response", lambda got: troubles.extend([got.url] * (got.status >= 400 and "/assistant/" in got.url)))
        page.goto(shop_site.url)
        page.get_by_role("link", name="Ask us").click()
        expect(page).to_have_url(f"{shop_site.url}/assistant/")
        turn = ask(page, "/echo **green** tea")
        expect_status(turn, "done")
        expect(answer_of(turn).locator("strong")).to_have_text("green")
        expect(page.locator("h1")).not_to_have_text(EN.title)  # the bot's own name, and so its face, was found
        expect(page.locator("img.seal")).to_have_js_property("complete", value=True)
        page.get_by_role("link", name=ZH.name).click()
        expect(page.locator("html")).to_have_attribute("lang", ZH.lang)
        assert [cookie.get("path") for cookie in context.cookies()] == ["/assistant/"]
    assert troubles == []


def test_the_shop_keeps_its_own_headers_and_errors(browser: Browser, shop_site: Server) -> None:
    with browser.new_context(**DESKTOP) as context:
        page = context.new_page()
        for path, status in (("/", 200), ("/nothing", 404), ("/static/nothing", 404)):
            response = page.goto(shop_site.url + path)
            assert response
            assert response.status == status
            assert response.headers["content-type"] == "text/html; charset=utf-8"
            assert not {"content-security-policy", "x-request-id", "x-frame-options"} & set(response.headers)
        response = page.goto(f"{shop_site.url}/assistant/")
        assert response
        assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_description_says_where_it_is(browser: Browser, shop_site: Server) -> None:
    with browser.new_context(**DESKTOP) as context:
        page = context.new_page()
        page.goto(f"{shop_site.url}/assistant/api/docs")
        health = page.locator("#operations-ops-healthz")
        health.get_by_role("button").first.click()
        health.get_by_role("button", name="Try it out").click()
        health.get_by_role("button", name="Execute").click()
        expect(health.locator(".live-responses-table")).to_contain_text('"status": "ok"')
        expect(health.locator(".request-url")).to_contain_text(f"{shop_site.url}/assistant/healthz")
