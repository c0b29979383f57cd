"""What an answer holds beside its text: steps, and what the page cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import CHAT, answer_of, ask, expect_status, frame, say

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize(
    ("event", "data", "shown"),
    [
        ("conversation.message.completed", {"type": "answer", "content_type": "card", "content": '{"x": 1}'}, "card"),
        ("conversation.audio.delta", {"type": "answer", "content_type": "audio", "content": "UklGRg=="}, "audio"),
    ],
)
def test_what_the_page_cannot_show_is_said_to_be_there(
    page: Page, event: str, data: dict[str, str], shown: str
) -> None:
    say(page, frame(event, id="1", **data))
    turn = ask(page, "show me")
    expect_status(turn, "done")
    expect(answer_of(turn)).to_have_text(getattr(EN.script, shown))
    expect(turn.get_by_text(EN.script.empty)).to_be_hidden()


# One answer, painted as speech, as text, and as a card.
PAINT = """async (words) => {
  const app = document.querySelector("script[src$='/app.js']").src;
  const { AnswersView } = await import(new URL("views/answers.js", app));
  const root = document.querySelector("[data-turns]");
  const view = new AnswersView(root, words);
  const attempt = { answers: [], open: true };
  const texts = [];
  for (const answer of [{ kind: "audio", text: "" }, { kind: "text", text: "Hello" }, { kind: "card", text: "" }]) {
    attempt.answers = [answer];
    view.paint(attempt);
    texts.push(root.textContent);
  }
  return texts;
}"""


def test_an_answer_that_turns_out_to_be_something_else_leaves_nothing_behind(page: Page) -> None:
    assert page.evaluate(PAINT, {"audio": "Speech", "card": "Card"}) == ["Speech", "Hello", "Card"]


def test_a_step_is_seen_running_and_done(page: Page) -> None:
    turn = ask(page, "What is the weather in Paris?")
    expect(turn.locator(".steps li")).to_contain_text("get_weather")
    expect_status(turn, "done")
    expect(turn.locator(".steps li")).to_have_attribute("data-state", "done")


def test_a_step_without_result_says_so_when_the_answer_ends_early(page: Page) -> None:
    call = frame("conversation.message.completed", id="1", type="function_call", content='{"name": "look_up"}')
    page.route(CHAT, lambda route: route.fulfill(body=f": open\n\n{call}", content_type="text/event-stream"))
    turn = ask(page, "look")
    expect_status(turn, "failed")
    expect(turn.locator(".steps li")).to_have_text(f"look_up {EN.script.step_left}")
