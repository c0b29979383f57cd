"""Whatever HTML the bot sends stays text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.visit import ask, expect_status, frame, prose_of, say

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)>",
    "<style>*{display:none}</style>",
    "<details open ontoggle=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<form id=composer><input name=action></form>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "--><img src=x onerror=alert(1)><!--",
    "</p></article></div><h1>taken over</h1>",
    '"><body onload=alert(1)> ${alert(1)} {{7*7}}',
    "<base href=//example.invalid/><meta http-equiv=refresh content=0;url=//example.invalid/>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_from_the_bot_stays_text(page: Page, payload: str) -> None:
    turn = ask(page, f"/echo {payload}")
    expect_status(turn, "done")
    answer = prose_of(turn)
    assert answer.inner_text() == payload
    assert answer.evaluate("p => p.childElementCount") == 0
    assert turn.locator("[data-part=question]").evaluate("h => h.childElementCount") == 0
    expect(page.locator("script, iframe, base, style")).to_have_count(3)


def test_markup_in_any_part_of_an_answer_stays_text(page: Page) -> None:
    bad = "<img src=x onerror=alert(1)>"
    completed = "conversation.message.completed"
    say(
        page,
        frame("conversation.message.delta", id=bad, type="answer", content=bad, reasoning_content=bad),
        frame(completed, id="t", type="function_call", content=json.dumps({"name": bad})),
        frame(completed, id="f", type="follow_up", content=bad),
        frame("conversation.chat.completed", usage={"token_count": bad}),
    )
    turn = ask(page, bad)
    expect_status(turn, "done")
    expect(turn.get_by_text(bad)).to_have_count(5)
    expect(page.locator("main img")).to_have_count(0)
