"""A site of the console's own, and what its operator does there."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from playwright.sync_api import expect

from coze_web.demo import OPERATOR_TOKEN
from coze_web.emulator import BOT_ID, WORKFLOW_ID
from coze_web.ending import DONE, Ending
from coze_web.runlog import RunLog

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam
    from playwright.sync_api import Locator, Page

PAGES = [
    "/sign-in",
    "",
    "/bots",
    f"/bots/{BOT_ID}",
    f"/bots/{BOT_ID}/conversations",
    "/workflows",
    f"/workflows/{WORKFLOW_ID}",
    "/runs",
    "/runs/1",
]
DAY = 86_400  # seconds


class Console(NamedTuple):
    """Where it is, and what a browser that is signed in keeps."""

    url: str
    session: str

    def cookie(self) -> SetCookieParam:
        """Give the session as Playwright takes it."""
        return {
            "name": "coze_web_console",
            "value": self.session,
            "domain": "127.0.0.1",
            "path": "/console",
            "httpOnly": True,
            "sameSite": "Strict",
        }


def fill_days(url: str) -> None:
    """Make up thirty days of a small site, the same each time."""
    chance = random.Random(7)  # noqa: S311 - no secret
    now = time.time()
    log = RunLog(url, folder=Path(), days=30, keeps_content=True, clock=lambda: moment)
    for day in range(29, 0, -1):
        moment = now - day * DAY
        for number in range(int(60 + 40 * (day % 7 < 5) + chance.randrange(30))):
            wait = 0.4 + chance.expovariate(2.2)
            outcome = "upstream_timeout" if number % 41 == day % 7 else DONE
            usage = {"token_count": chance.randrange(200, 1500)}
            log.endings.note(Ending("chat", outcome, "", "", "", wait * 4, wait, 9, usage))
        log.endings.flush()
    log.close()


def open_in(page: Page, path: str) -> Page:
    """Go to a page of the console."""
    if path.startswith("/sign-in"):
        page.context.clear_cookies()
    page.goto(f"{page.url.partition('/console')[0]}/console{path}")
    return page


def run_form(page: Page) -> Page:
    """Go to the form that runs the demo's workflow."""
    return open_in(page, f"/workflows/{WORKFLOW_ID}")


def run(page: Page, said: str) -> None:
    """Run the workflow with its one parameter."""
    page.get_by_label("Parameters").fill(f'{{"input": "{said}"}}')
    page.get_by_role("button", name="Run", exact=True).click()


def watch(page: Page) -> Locator:
    """Find where the run is shown."""
    return page.locator("#watch")


def sign_in(page: Page) -> None:
    """Fill in the form."""
    page.locator("#token").fill(OPERATOR_TOKEN)
    page.locator("#token").press("Enter")
    expect(page.locator("nav.pages")).to_be_visible()
