"""What a visitor does on the page and looks at, for all the browser tests."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    OpenPage = Callable[..., Page]

CHAT = "**/api/v1/coze/chat"
DELTA, COMPLETED = "conversation.message.delta", "conversation.message.completed"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1180, "height": 800}, "locale": "en-US"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
HOLD = """() => {
  const { fetch } = window;
  window.fetch = (url, { signal }) => {
    window.fetch = fetch;
    const start = (stream) => {
      window.tell = (text) => stream.enqueue(new TextEncoder().encode(text));
      signal.addEventListener("abort", () => stream.error(signal.reason));
    };
    const headers = { "Content-Type": "text/event-stream" };
    return Promise.resolve(new Response(new ReadableStream({ start }), { headers }));
  };
}"""
TELL = "(text) => tell(text)"
DONE = "event: done\ndata: [DONE]\n\n"
# What a button says for a while (SAID_MS in views/copy.js) it says until it is told to change.
HOLD_LABELS = """() => {
  const { setTimeout } = window;
  const held = [];
  window.setTimeout = (call, ms, ...rest) => (ms === 2000 ? held.push(call) : setTimeout(call, ms, ...rest));
  window.changeLabels = () => held.forEach((call) => call());
}"""
SHOTS = os.environ.get("COZE_WEB_SCREENSHOTS")


def field(page: Page) -> Locator:
    return page.locator("#composer textarea")


def ask(page: Page, question: str) -> Locator:
    """Type the question, press Enter and return its turn."""
    field(page).fill(question)
    field(page).press("Enter")
    return page.locator(".turn").last


def press(within: Page | Locator, name: str) -> None:
    within.get_by_role("button", name=name, exact=True).click()


def answer_of(turn: Locator) -> Locator:
    return turn.locator("[data-part=answers]")


def prose_of(turn: Locator) -> Locator:
    """Find the answer's paragraphs, once what reads Markdown has come: until then there is a plain one, which goes."""
    return answer_of(turn).locator("p:not(.plain)")


def expect_markdown(turn: Locator) -> None:
    """Wait until what reads Markdown has come: until then all is plain."""
    expect(answer_of(turn).locator(".plain")).to_have_count(0)


def expect_status(turn: Locator, status: str) -> None:
    expect(turn).to_have_attribute("data-status", status, timeout=20_000)


def frame(event: str, **data: Any) -> str:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n"


def say(page: Page, *frames: str) -> None:
    """Let the next answers be these frames, which the emulator would not say."""
    body = "".join((": open\n\n", *frames, DONE))
    page.route(CHAT, lambda route: route.fulfill(body=body, content_type="text/event-stream"))


def hold(page: Page) -> None:
    """Let the next stream be open without end, and say what `tell` hands to it."""
    page.evaluate(HOLD)


def tell(page: Page, *frames: str) -> None:
    page.evaluate(TELL, "".join(frames))


def hold_labels(page: Page) -> None:
    """Let what a button says for a moment stay there."""
    page.evaluate(HOLD_LABELS)


def change_labels(page: Page) -> None:
    """Let the moment be over."""
    page.evaluate("changeLabels()")


def answered(page: Page, *texts: str, question: str = "hello") -> Locator:
    """Let the bot say these messages, whole, and give the turn."""
    say(page, *(frame(COMPLETED, id=str(number), type="answer", content=text) for number, text in enumerate(texts)))
    turn = ask(page, question)
    expect_status(turn, "done")
    return turn


def settle(page: Page) -> None:
    """Wait until whatever waits for a paint, a change of size or a scroll has been told of it."""
    page.evaluate(TWO_FRAMES)


def take_shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / name)
