"""axe-core finds nothing wrong, in any state of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.browser.states import STATES
from tests.browser.visit import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.visit import OpenPage

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS: dict[str, dict[str, Any]] = {"desktop": {}, "phone": PHONE | {"locale": "zh-CN"}}


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
@pytest.mark.parametrize("reach", STATES.values(), ids=list(STATES))
def test_axe_finds_nothing(open_page: OpenPage, reach: Callable[[Page], None], look: dict[str, Any]) -> None:
    page = open_page(reduced_motion="reduce", **look)  # colours in mid-change would be measured
    reach(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], scheme


def violations(page: Page) -> list[str]:
    """Name the rules that are broken, by what and why."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
