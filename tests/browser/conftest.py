"""A browser, and pages that must neither break nor break their policy."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from coze_web.demo import OPERATOR_TOKEN
from tests.browser.console_site import Console, fill_days, sign_in
from tests.browser.shop import EXAMPLE, Shop, shop
from tests.browser.visit import DESKTOP
from tests.servers import demo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Page, Request

    from tests.browser.visit import OpenPage

expect.set_options(timeout=15_000)  # milliseconds, three times Playwright's own: machines pause
# Notes what a page is told by the frames in it.
HEAR = "window.heard = []; addEventListener('message', ({ origin, data }) => heard.push([origin, data]));"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")  # no longer: its event loop would be in the way of asyncio.run in other modules
def browser() -> Iterator[Browser]:
    if not shutil.which("chromium") and not os.environ.get("CI"):
        pytest.skip("chromium not found: the page was not tried in a browser (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, demo_url: str) -> Iterator[OpenPage]:
    """Open the page in a new context; whatever a test does, the page must neither break nor break its policy."""
    troubles: list[str] = []
    contexts = []

    def dismiss(dialog: Dialog) -> None:
        troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**(DESKTOP | options))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("dialog", dismiss)
        page.on("console", lambda said: troubles.extend([said.text] * ("Security Policy" in said.text)))
        page.on("request", lambda request: troubles.extend(_foreign(request, demo_url)))
        page.goto(demo_url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop(tmp_path_factory.mktemp("shop")) as opened:
        yield opened


@pytest.fixture
def open_shop(browser: Browser, site: Shop) -> Iterator[OpenPage]:
    """Open a page of the shop in a new context; neither page may break or break a policy."""
    troubles: list[str] = []
    contexts = []

    def open_shop(html: str = EXAMPLE, script: str = "", **options: Any) -> Page:
        site.write(html)
        context = browser.new_context(**(DESKTOP | options))
        contexts.append(context)
        context.add_init_script(HEAR + script)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("console", lambda said: troubles.extend([said.text] * ("Security Policy" in said.text)))
        page.goto(site.url)
        return page

    yield open_shop
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture(scope="module")
def console_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Give a site with an operator who is signed in: once, since one may not try too often."""
    database = f"sqlite:///{tmp_path_factory.mktemp('console')}/runs.sqlite3"
    fill_days(database)
    with demo(COZE_WEB_RATE_LIMIT="", COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN, DATABASE_URL=database) as url:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{url}/console")
        sign_in(page)
        session = next(each["value"] for each in context.cookies() if each["name"] == "coze_web_console")
        context.close()
        yield Console(url, session)


@pytest.fixture
def open_console(browser: Browser, console_site: Console) -> Iterator[OpenPage]:
    """Open the console in a new context; no page of it may break, break its policy, or ask another host."""
    troubles: list[str] = []
    contexts = []

    def open_console(*, signed_in: bool = True, **options: Any) -> Page:
        context = browser.new_context(**(DESKTOP | options))
        contexts.append(context)
        if signed_in:
            context.add_cookies([console_site.cookie()])
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("console", lambda said: troubles.extend([said.text] * ("Security Policy" in said.text)))
        page.on("request", lambda request: troubles.extend(_foreign(request, console_site.url)))
        page.goto(f"{console_site.url}/console")
        return page

    yield open_console
    for context in contexts:
        context.close()
    assert troubles == []


def _foreign(request: Request, demo_url: str) -> list[str]:
    return [] if request.url.startswith(demo_url.rstrip("/")) else [f"request: {request.url}"]
