"""Every state in which a visitor can find the page: how to bring it about, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.visit import CHAT, COMPLETED, answer_of, ask, expect_status, frame, say
from tests.test_page import client_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

PARAGRAPH = "The moon pulls at the sea. 月亮牵引着海水，海水顺着这点差别微微隆起。 " * 4


def stay_empty(page: Page) -> None:
    expect(page.locator("[data-opening]")).to_be_visible()


def lack_settings(page: Page) -> None:
    def serve(route: Route) -> None:
        accepted = route.request.headers["accept-language"]
        page_html = client_of(COZE_PAT=None, COZE_BOT_ID=None).get("/", headers={"Accept-Language": accepted}).text
        route.fulfill(body=page_html, content_type="text/html; charset=utf-8")

    page.route(page.url, serve)
    page.reload()
    expect(page.locator(".setup")).to_be_visible()


def wait_for_the_first_word(page: Page) -> None:
    turn = ask(page, "/fault slow-start 50")
    expect(turn.locator(".waiting")).to_be_visible()


def watch_an_answer_grow(page: Page) -> None:
    turn = ask(page, "/say 2000")
    expect(answer_of(turn)).not_to_be_empty()


def read_an_answer_with_everything(page: Page) -> None:
    say(
        page,
        frame("conversation.chat.created", id="1"),
        frame(COMPLETED, id="k", type="knowledge", content="a passage"),
        frame(COMPLETED, id="t", type="function_call", content='{"name": "look_up", "plugin_name": "Almanac"}'),
        frame("conversation.message.delta", id="a", type="answer", content="", reasoning_content=PARAGRAPH),
        frame(COMPLETED, id="a", type="answer", content=PARAGRAPH),
        frame(COMPLETED, id="f", type="follow_up", content="Do lakes have tides? 湖泊也有潮汐吗？"),
        frame(COMPLETED, id="g", type="follow_up", content="Why are they higher in some bays?"),
        frame("conversation.chat.completed", usage={"token_count": 318}),
    )
    turn = ask(page, "Why does the sea have tides? 海水为什么会有潮汐？")
    expect_status(turn, "done")
    turn.locator(".reasoning summary").click()
    turn.locator(".figures summary").click()


def read_markdown(page: Page) -> None:
    expect_status(ask(page, "Show me a table / 用表格介绍一下你自己"), "done")


def read_wide_formulas(page: Page) -> None:
    wide = "x + " * 60 + "x"
    say(page, frame(COMPLETED, id="a", type="answer", content=f"$$\n{wide}\n$$\n\nand $${wide}$$ too"))
    turn = ask(page, "Which sum?")
    expect_status(turn, "done")
    expect(answer_of(turn).locator(".katex")).to_have_count(2)


def stop_an_answer(page: Page) -> None:
    turn = ask(page, "/fault stall 50")
    expect(answer_of(turn)).not_to_be_empty()
    page.keyboard.press("Escape")
    expect_status(turn, "stopped")


def get_nothing(page: Page) -> None:
    say(page, frame("conversation.chat.created", id="1"))
    expect_status(ask(page, "Nothing?"), "done")


def lose_an_answer(page: Page) -> None:
    turn = ask(page, "/fault cut")
    expect_status(turn, "failed")
    expect(turn.locator("[data-part=retry]")).to_be_visible()


def ask_too_often(page: Page) -> None:
    refuse(page, status=429, code="rate_limited", retryable=True, wait=50)
    turn = ask(page, "Once more")
    expect(turn.locator("[data-part=retry]")).to_be_disabled()


def be_refused(page: Page) -> None:
    refuse(page, status=500, code="4015", retryable=False)
    turn = ask(page, "Hello")
    expect(turn.locator(".fault")).to_be_visible()
    expect(turn.locator("[data-part=retry]")).to_be_hidden()


def refuse(page: Page, *, status: int, code: str, retryable: bool, wait: int = 0) -> None:
    error = {"type": "error", "code": code, "message": "No.", "retryable": retryable, "logid": "l1", "request_id": "r1"}
    headers = {"Retry-After": str(wait)}
    page.route(CHAT, lambda route: route.fulfill(status=status, json=error, headers=headers))


def lose_the_network(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.locator(".notice")).to_be_visible()


def scroll_back_in_a_long_conversation(page: Page) -> None:
    text = "\n\n".join([PARAGRAPH] * 30)
    say(page, frame(COMPLETED, id="a", type="answer", content=text))
    for question in ("First", "Second", "A long question. 很长的问题。 " * 20):
        expect_status(ask(page, question), "done")
    page.locator("main").evaluate("main => { main.scrollTop = main.scrollHeight / 2; }")


STATES: dict[str, Callable[[Page], None]] = {
    "empty": stay_empty,
    "without settings": lack_settings,
    "waiting": wait_for_the_first_word,
    "growing": watch_an_answer_grow,
    "done, with everything": read_an_answer_with_everything,
    "done, with Markdown": read_markdown,
    "done, without a word": get_nothing,
    "done, with wide formulas": read_wide_formulas,
    "stopped": stop_an_answer,
    "failed, to be asked again": lose_an_answer,
    "failed, to be asked again later": ask_too_often,
    "failed for good": be_refused,
    "offline": lose_the_network,
    "long, scrolled back": scroll_back_in_a_long_conversation,
}
