"""What a screen reader is given to say: whole sentences, each once, and how the answer ended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from coze_web.words import EN, ZH
from tests.browser.visit import DELTA, DONE, answer_of, ask, expect_status, frame, hold, say, tell

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from coze_web.words import Words
    from tests.browser.visit import OpenPage

REGION = "[aria-live=polite]"
LISTEN = """region => {
  window.heard = [];
  const note = ({ textContent: text }) => {
    const turn = document.querySelector(".turn:last-child");
    window.heard.push({ text, busy: turn?.ariaBusy, status: turn?.dataset.status });
  };
  const changes = { childList: true, subtree: true, characterData: true };
  new MutationObserver((records) => records.forEach(({ type, target, addedNodes }) => {
    if (type === "characterData") note(target);
    addedNodes.forEach(note);
  })).observe(region, changes);
}"""


def listen(page: Page) -> None:
    """Note from now on everything that is added to the live region or changes in it."""
    page.locator(REGION).evaluate(LISTEN)


STOP_UNPAINTED = """() => {
  const paint = window.requestAnimationFrame;
  const held = [];
  window.requestAnimationFrame = (callback) => {
    held.push(callback);
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  };
  window.paintAgain = () => held.forEach((callback) => paint(callback));
}"""
LOOK_AGAIN_MS = 500  # after which the page looks for new sentences, as TELL_MS in transcript.js


def heard(page: Page) -> list[dict[str, Any]]:
    return list(page.evaluate("window.heard"))


def texts(page: Page) -> list[str]:
    return [said["text"] for said in heard(page)]


def expect_end(turn: Locator, status: str, words: str) -> None:
    expect_status(turn, status)
    expect(turn.page.locator(REGION).locator("> :last-child")).to_have_text(words)


@pytest.mark.parametrize(
    ("words", "locale", "question"),
    [(EN, "en-US", "Who are you?"), (ZH, "zh-CN", "你是谁？")],
    ids=["English", "Chinese"],
)
def test_an_answer_is_spoken_in_sentences_while_it_is_written(
    open_page: OpenPage, words: Words, locale: str, question: str
) -> None:
    page = open_page(locale=locale)
    listen(page)
    turn = ask(page, question)
    expect_end(turn, "done", words.script.complete)
    first, *sentences, last = texts(page)
    shown = answer_of(turn).inner_text()
    assert (first, last) == (words.script.answering, words.script.complete)
    assert without_spaces("".join(sentences)) == without_spaces(shown), "each once, and all of it"
    assert all(re.search(r"[.!?。！？]$", text) for text in sentences)
    assert len(sentences) > 1


def test_a_sentence_is_spoken_before_the_next_is_written(page: Page) -> None:
    hold(page)
    listen(page)
    turn = ask(page, "hello")
    tell(page, frame(DELTA, id="a", type="answer", content="One is said. Two"))
    expect(page.locator(REGION)).to_contain_text("One is said.")
    expect_status(turn, "answering")
    tell(page, frame(DELTA, id="a", type="answer", content=" too."), DONE)
    expect_end(turn, "done", EN.script.complete)
    assert texts(page) == [EN.script.answering, "One is said.", "Two too.", EN.script.complete]


def test_a_table_is_spoken_row_by_row_and_a_formula_once(page: Page) -> None:
    listen(page)
    turn = ask(page, "Introduce yourself in a table")
    expect_end(turn, "done", EN.script.complete)
    said = texts(page)
    for line in ("Command What it does", "/echo gives your words back", "/say says as many words as you wish"):
        assert said.count(line) == 1
    assert len([text for text in said if "mc^2" in text]) == 1


def test_words_that_make_no_sentence_are_spoken_at_the_end(page: Page) -> None:
    listen(page)
    expect_end(ask(page, "/say 90"), "done", EN.script.complete)
    numbers = " ".join(map(str, range(1, 91)))
    assert texts(page) == [EN.script.answering, numbers, EN.script.complete]


def test_what_came_before_the_end_and_was_not_painted_yet_is_spoken(page: Page) -> None:
    """As in a tab in the background: timers run there, frames do not come."""
    listen(page)
    turn = ask(page, "/say 500")
    expect(answer_of(turn)).to_contain_text("1 2 3")
    page.evaluate(STOP_UNPAINTED)
    expect(page.locator("#composer")).to_have_attribute("data-busy", "false")
    page.wait_for_function("until => performance.now() > until", arg=page.evaluate("performance.now()") + LOOK_AGAIN_MS)
    page.evaluate("paintAgain()")
    expect_end(turn, "stopped", EN.script.stopped)
    assert without_spaces("".join(texts(page)[1:-1])) == without_spaces(answer_of(turn).inner_text())


def without_spaces(text: str) -> str:
    return "".join(text.split())


def test_an_answer_is_busy_while_it_is_written(page: Page) -> None:
    hold(page)
    turn = ask(page, "hello")
    tell(page, frame(DELTA, id="a", type="answer", content="One is"))
    expect_status(turn, "answering")
    expect(turn).to_have_attribute("aria-busy", "true")
    tell(page, frame(DELTA, id="a", type="answer", content=" said."), frame("conversation.chat.completed"), DONE)
    expect_status(turn, "done")
    expect(turn).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")


def test_a_stopped_answer_is_said_to_be_stopped(page: Page) -> None:
    listen(page)
    turn = ask(page, "/say 500")
    expect(answer_of(turn)).not_to_be_empty()
    page.keyboard.press("Escape")
    expect_end(turn, "stopped", EN.script.stopped)
    said = without_spaces("".join(texts(page)[1:-1]))
    assert said == without_spaces(answer_of(turn).inner_text()), "what was written is not lost"


def test_an_error_is_said_after_what_came_before_it(page: Page) -> None:
    listen(page)
    turn = ask(page, "/fault cut")
    expect_status(turn, "failed")
    expect_end(turn, "failed", turn.locator("[data-part=message]").inner_text())
    assert without_spaces("".join(texts(page)[1:-1])) == without_spaces(answer_of(turn).inner_text())


def test_an_empty_answer_is_said_to_be_empty(page: Page) -> None:
    say(page, frame("conversation.chat.created", id="1"))
    expect_end(ask(page, "Nothing?"), "done", EN.script.empty)


def test_the_next_answer_begins_with_silence(page: Page) -> None:
    region = page.locator(f"{REGION} > *")
    expect_end(ask(page, "/echo One."), "done", EN.script.complete)
    expect_end(ask(page, "/echo Two."), "done", EN.script.complete)
    expect(region).to_have_text([EN.script.answering, "Two.", EN.script.complete])
