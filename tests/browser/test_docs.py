"""The page of the API's description: to read, and to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.browser.visit import OpenPage


@pytest.fixture
def docs(open_page: OpenPage, demo_url: str) -> Iterator[Page]:
    """Open the page; its console must stay free of errors and warnings."""
    page, said = open_page(), []
    page.on("console", lambda message: said.extend([message.text] * (message.type in {"error", "warning"})))
    page.goto(f"{demo_url}/api/docs")
    yield page
    assert said == []


def opened(docs: Page, name: str) -> Locator:
    """Open one operation, named by its group and its own name."""
    operation = docs.locator(f"#operations-{name}")
    operation.get_by_role("button").first.click()
    return operation


def test_every_operation_is_shown(docs: Page, demo_url: str) -> None:
    paths = requests.get(f"{demo_url}/api/openapi.json", timeout=20).json()["paths"]
    expect(docs).to_have_title("coze-web API")
    expect(docs.get_by_role("heading", name="coze-web")).to_be_visible()
    expect(docs.locator(".opblock")).to_have_count(sum(map(len, paths.values())))


def test_an_operation_tells_what_it_takes_and_what_may_go_wrong(docs: Page) -> None:
    chat = opened(docs, "chat-chat")
    expect(chat.get_by_text("client_message_id").first).to_be_visible()
    expect(chat.get_by_text("message_blank").first).to_be_visible()
    expect(chat.get_by_text("text/event-stream").first).to_be_attached()


def test_an_operation_can_be_tried(docs: Page) -> None:
    health = opened(docs, "ops-healthz")
    health.get_by_role("button", name="Try it out").click()
    health.get_by_role("button", name="Execute").click()
    expect(health.locator(".live-responses-table")).to_contain_text('"status": "ok"')
