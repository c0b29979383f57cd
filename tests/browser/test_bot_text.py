"""Hostile text of a bot, whole and cut at every byte, in a real browser: it is shown, and does nothing.

The payloads are our own work, in groups by what they try. Answers are Markdown, and so are shown to the letter only
where they hold none; all else that a bot says is plain text.
"""

from __future__ import annotations

import html
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.visit import DESKTOP, answer_of, ask, expect_markdown, expect_status
from tests.coze_wire import BEGIN, DONE, chat_event, event
from tests.servers import web
from tests.upstream import CHUNKED, LAST_CHUNK, Connection, chunk, upstream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Locator, Page, Request

CORPUS: dict[str, list[str]] = json.loads(Path(__file__).with_name("bot_text.json").read_text())
# The groups without Markdown but entities: an answer shows all of their text but spaces.
VERBATIM = {"script", "vector", "frame", "style", "takeover"}
LIMIT = 20
PACE = 0.002  # seconds after which the server has most likely read a piece
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20))))"
# At each load: no conversation from before, and an ear for what the policy forbids.
BEGIN_ANEW = """sessionStorage.clear();
document.addEventListener("securitypolicyviolation",
  (event) => reported(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));"""
# Whatever a bot's text may become on the page, it is none of these.
HARMFUL = """(turn) => {
  const elements = "script, style, link, meta, base, title, iframe, frame, object, embed, form, input, textarea, "
    + "select, template, slot, video, audio, source, track, area, dialog, noscript, use, image, animate, set, "
    + "foreignObject, img, picture";
  const attributes =
    /^(on.*|id|name|is|slot|srcset|srcdoc|ping|background|poster|formaction|form|autofocus)$/i;
  const isOurs = (element) => element.closest("[data-part=editor]");
  const isHarmful = (element) => element.matches(elements)
    || [...element.attributes].some(({ name }) => attributes.test(name))
    || (element.hasAttribute("style") && !element.closest(".katex"))
    || (element.hasAttribute("src") && new URL(element.src, location).origin !== location.origin)
    || (element.matches("[href]") && !/^(https?|mailto):$/.test(element.protocol));
  const found = [...turn.querySelectorAll("*")].filter((element) => !isOurs(element) && isHarmful(element));
  return found.map((element) => element.outerHTML.slice(0, 200));
}"""


@dataclass
class Bot:
    """What the scripted Coze says next, each piece in a read of its own: the last one only when it may."""

    pieces: list[bytes] = field(default_factory=list)
    may_end: threading.Event = field(default_factory=threading.Event)

    def play(self, connection: Connection) -> None:
        """Answer one chat."""
        connection.send(CHUNKED + chunk(BEGIN))
        *before, last = self.pieces
        for piece in before:
            connection.send(piece)
            time.sleep(PACE)
        self.may_end.wait(LIMIT)
        connection.send(last + chunk(chat_event("completed") + DONE) + LAST_CHUNK)

    def will_say(self, *pieces: bytes) -> None:
        """Prepare the next answer."""
        self.pieces = list(pieces)
        self.may_end.clear()


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot()


@pytest.fixture(scope="module")
def url(bot: Bot) -> Iterator[str]:
    with upstream(bot.play) as coze, web(coze.url, COZE_WEB_RATE_LIMIT="") as server:
        yield server.url


@pytest.fixture(scope="module")
def troubles() -> list[str]:
    """Give what the browser has seen that it should not."""
    return []


@pytest.fixture(scope="module")
def tab(browser: Browser, url: str, troubles: list[str]) -> Iterator[Page]:
    """Open a tab, and see whether it stays where it is, asks nobody else, and keeps to the page's policy."""

    def dismiss(dialog: Dialog) -> None:
        troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context = browser.new_context(**DESKTOP)
    tab = context.new_page()
    tab.expose_function("reported", lambda report: troubles.append(f"policy: {report}"))
    tab.add_init_script(BEGIN_ANEW)
    tab.route("**/api/v1/coze/bot", lambda route: route.fulfill(status=404, json={}))
    tab.on("dialog", dismiss)
    tab.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    tab.on("framenavigated", lambda frame: troubles.append(f"navigation: {frame.url}"))
    tab.on("download", lambda download: troubles.append(f"download: {download.url}"))
    context.on("page", lambda popup: troubles.append(f"popup: {popup.url}"))
    context.on("request", lambda request: troubles.extend(_uncalled_for(request, url)))
    yield tab
    context.close()


@pytest.fixture
def page(tab: Page, url: str, troubles: list[str]) -> Iterator[Page]:
    """Load the page anew; from then on nothing may happen but what a test does."""
    tab.goto(url)
    troubles.clear()
    yield tab
    tab.evaluate(SETTLED)
    assert troubles == []


def _uncalled_for(request: Request, url: str) -> list[str]:
    asked = request.url.removeprefix(url)
    return (
        [] if asked.startswith(("/api/v1/coze/chat", "/api/v1/coze/bot", "/static/")) else [f"request: {request.url}"]
    )


def message(number: int, content: str, kind: str = "answer", state: str = "completed", **more: str) -> bytes:
    """Write an event of one message, its text unescaped and last."""
    data = {"id": f"{kind}{number}", "type": kind, **more, "content": content}
    return event(f"conversation.message.{state}", json.dumps(data, ensure_ascii=False))


def delta(number: int, content: str) -> bytes:
    """Write a piece of an answer."""
    return message(number, content, state="delta")


def cut(number: int, text: str, at: int) -> tuple[bytes, bytes, bool]:
    """Say a text in two deltas cut at a byte; True: in one, since the byte is within a character."""
    before = text.encode()[:at].decode("utf-8", "ignore")
    within = at - len(before.encode())
    if not within:
        return chunk(delta(number, before)), chunk(delta(number, text[len(before) :])), False
    whole = delta(number, text)
    here = len(delta(number, before)) - len(b'"}\n\n') + within
    return chunk(whole[:here]), chunk(whole[here:]), True


def pieces_of(cuts: list[tuple[str, int]]) -> list[bytes]:
    """Say all that is before the cuts, a piece up to each cut within a character, and in the last piece the rest."""
    pieces, last = [b""], b""
    for number, (text, at) in enumerate(cuts):
        one, other, is_within = cut(number, text, at)
        pieces[-1] += one
        if is_within:
            pieces.append(other)
        else:
            last += other
    return [*pieces, last]


def answers(turn: Locator) -> Locator:
    return answer_of(turn).locator(":scope > *")


def expect_harmless(turn: Locator) -> None:
    assert turn.evaluate(HARMFUL) == []


def expect_said(shown: Locator, texts: list[str]) -> None:
    """Expect these texts to the letter."""
    assert shown.evaluate_all("(elements) => elements.map((element) => element.textContent)") == texts


def expect_answered(group: str, shown: Locator, texts: list[str]) -> None:
    """Expect these answers: all their letters, where they hold no Markdown."""
    if group in VERBATIM:
        said = shown.evaluate_all("(elements) => elements.map((element) => element.textContent)")
        assert ["".join(text.split()) for text in said] == [letters(text) for text in texts]


def letters(text: str) -> str:
    """Leave out what does not count in Markdown."""
    return "".join(html.unescape(text).split())


def expect_the_same(shown: Locator, texts: list[str]) -> None:
    """Expect that what is shown of a text is always the same."""
    pairs = set(zip(texts, shown.evaluate_all("(all) => all.map((element) => element.innerHTML)"), strict=True))
    assert sorted(text for text, _ in pairs) == sorted(set(texts))


def test_there_are_many_and_each_is_there_once() -> None:
    """S6: what the figures of the other tests stand on."""
    payloads = [text for texts in CORPUS.values() for text in texts]
    assert len(payloads) >= 150
    assert len(payloads) == len(set(payloads))


@pytest.mark.parametrize("group", [pytest.param(group, id=f"S6-{group}") for group in CORPUS])
def test_s6_what_a_bot_says_is_text(page: Page, bot: Bot, group: str) -> None:
    """S6, S8, S10: as an answer, as reasoning, as a tool's name, and as the next question to ask."""
    texts = CORPUS[group]
    said = [
        piece
        for number, text in enumerate(texts)
        for piece in (
            message(number, text, state="delta", reasoning_content=text),
            message(number, json.dumps({"name": text}), "function_call"),
            message(number, text, "follow_up"),
            message(number, text),
        )
    ]
    bot.will_say(b"".join(map(chunk, said)))
    bot.may_end.set()
    turn = ask(page, "hello")
    expect_status(turn, "done")
    expect_markdown(turn)
    turn.locator(".reasoning summary").click()
    expect_harmless(turn)
    expect(answers(turn)).to_have_count(len(texts))
    expect_answered(group, answers(turn), texts)
    expect_said(turn.locator("[data-part=follow-ups] button"), texts)
    expect_said(turn.locator("[data-part=reasoning]"), ["".join(texts)])
    expect_said(turn.locator(".steps [data-label]"), texts)


@pytest.mark.parametrize("group", [pytest.param(group, id=f"S7-{group}") for group in CORPUS])
def test_s7_where_it_is_cut_makes_no_difference(page: Page, bot: Bot, group: str) -> None:
    """S7, S8, S10: at every byte of every text, an answer each; what is before the cut is painted before the rest."""
    cuts = [(text, at + 1) for text in CORPUS[group] for at in range(len(text.encode()))]
    bot.will_say(*pieces_of(cuts))
    turn = ask(page, "hello")
    expect(answers(turn)).to_have_count(len(cuts), timeout=LIMIT * 1000)
    expect_harmless(turn)
    bot.may_end.set()
    expect_status(turn, "done")
    expect_markdown(turn)
    expect_harmless(turn)
    page.wait_for_load_state("networkidle")
    page.evaluate(SETTLED)
    expect_answered(group, answers(turn), [text for text, _ in cuts])
    expect_the_same(answers(turn), [text for text, _ in cuts])


SANITIZE = """async (texts) => {
  const app = document.querySelector("script[src$='/app.js']").src;
  const { loadMarkdown } = await import(new URL("views/libraries.js", app));
  const { sanitize } = await loadMarkdown();
  const place = document.createElement("div");
  document.querySelector("[data-turns]").append(place);
  place.append(...texts.map(sanitize));
}"""


@pytest.mark.parametrize("group", [pytest.param(group, id=f"S10-{group}") for group in CORPUS])
def test_s10_the_sanitizer_alone_lets_nothing_pass(page: Page, group: str) -> None:
    """S10: as if markdown-it had taken all of it for HTML; what the policy stops in the parser it may report."""
    page.evaluate("() => { window.reported = () => {}; }")
    page.evaluate(SANITIZE, CORPUS[group])
    expect_harmless(page.locator("[data-turns]"))


@pytest.mark.parametrize("way", ["innerHTML = '<b>'", "outerHTML = '<b>'", "insertAdjacentHTML('beforeend', '<b>')"])
def test_s10_nothing_but_the_sanitizer_makes_markup(page: Page, troubles: list[str], way: str) -> None:
    """S10: the policy stops it, and says so."""
    tried = f"(part) => {{ try {{ part.{way}; }} catch {{ return 'stopped'; }} }}"
    assert page.locator("[data-turns]").evaluate(tried) == "stopped"
    page.evaluate(SETTLED)
    assert [trouble.partition(" ")[0] for trouble in troubles] == ["policy:"]
    troubles.clear()


def test_s6_the_page_works_after_all_that(page: Page, bot: Bot) -> None:
    """S6: nothing it uses was clobbered or covered."""
    for group in ("takeover", "expression", "style"):
        bot.will_say(b"".join(chunk(message(number, text)) for number, text in enumerate(CORPUS[group])))
        bot.may_end.set()
        expect_status(ask(page, "hello"), "done")
    page.locator("#composer textarea").fill("still here")
    with page.expect_request("**") as asked:
        page.locator("[data-send]").click()
    assert asked.value.method == "POST"
    assert (asked.value.post_data_json or {})["message"] == "still here"
    expect_status(page.locator(".turn").last, "done")
