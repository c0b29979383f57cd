from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from coze_web.words import EN, ZH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Dialog, Locator, Page, Request

    OpenPage = Callable[..., Page]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHAT = "**/api/v1/coze/chat"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1180, "height": 800}, "locale": "en-US"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SHOTS = os.environ.get("COZE_WEB_SCREENSHOTS")

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
    "<a href='jAvA&#x09;script:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<form id=composer><input name=action></form>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "--><img src=x onerror=alert(1)><!--",
    "</p></article></div><h1>taken over</h1>",
    "&lt;img src=x onerror=alert(1)&gt; &amp;amp;",
    "![x](https://example.invalid/?q=secret) [y](javascript:alert(1)) <https://example.invalid>",
    '"><body onload=alert(1)> ${alert(1)} {{7*7}}',
    "<base href=https://example.invalid/><meta http-equiv=refresh content=0;url=https://example.invalid/>",
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


def _foreign(request: Request, demo_url: str) -> list[str]:
    return [] if request.url.startswith(demo_url.rstrip("/")) else [f"request: {request.url}"]


def field(page: Page) -> Locator:
    return page.locator("textarea")


def ask(page: Page, question: str) -> Locator:
    """Type the question, press Enter and return its turn."""
    field(page).fill(question)
    field(page).press("Enter")
    return page.locator(".turn").last


def answer_of(turn: Locator) -> Locator:
    return turn.locator("[data-part=answers]")


def expect_status(turn: Locator, status: str) -> None:
    expect(turn).to_have_attribute("data-status", status, timeout=20_000)


def frame(event: str, **data: Any) -> str:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n"


def say(page: Page, *frames: str) -> None:
    """Let the next answers be these frames, which the emulator would not say."""
    body = "".join((": open\n\n", *frames, "event: done\ndata: [DONE]\n\n"))
    page.route(CHAT, lambda route: route.fulfill(body=body, content_type="text/event-stream"))


def test_an_answer_is_seen_growing(page: Page) -> None:
    turn = ask(page, "/say 90")
    expect(answer_of(turn)).not_to_be_empty()
    early = answer_of(turn).inner_text()
    expect(answer_of(turn)).not_to_have_text(early)
    expect(turn).to_have_attribute("data-status", "answering")
    expect_status(turn, "done")
    assert answer_of(turn).inner_text().startswith(early.strip())


def test_a_chinese_question_gets_its_answer_on_a_chinese_page(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    expect(page.locator("html")).to_have_attribute("lang", ZH.lang)
    expect(page.get_by_role("heading", name=ZH.welcome)).to_be_visible()
    turn = ask(page, "/echo 你好，世界 🌊\n第二行")
    expect_status(turn, "done")
    assert answer_of(turn).inner_text() == "你好，世界 🌊\n第二行"


def test_the_stop_button_keeps_what_was_said_and_marks_it(page: Page) -> None:
    turn = ask(page, "/say 300")
    # By now the click cannot be taken for the second half of a double click on send.
    expect(answer_of(turn)).to_contain_text(re.compile(r"\S+(\s+\S+){30}"))
    said = answer_of(turn).inner_text()
    page.get_by_role("button", name=EN.stop).click()
    expect_stopped(turn)
    assert answer_of(turn).inner_text().startswith(said.strip())
    expect_status(ask(page, "/echo again"), "done")


@pytest.mark.parametrize("place", ["textarea", "main", "body"])
def test_escape_stops_wherever_the_focus_is(page: Page, place: str) -> None:
    turn = ask(page, "/fault stall 30")
    expect(answer_of(turn)).not_to_be_empty()
    page.locator(place).press("Escape")
    expect_stopped(turn)
    expect(answer_of(turn)).not_to_be_empty()


def expect_stopped(turn: Locator) -> None:
    expect_status(turn, "stopped")
    expect(turn.get_by_text(EN.stopped)).to_be_visible()
    expect(turn.page.get_by_role("status")).to_contain_text(EN.stopped)
    expect(turn.locator(".fault")).to_be_hidden()


def test_escape_that_ends_a_composition_does_not_stop(page: Page) -> None:
    turn = ask(page, "/say 30")
    expect(answer_of(turn)).not_to_be_empty()
    press_composing(page, "Escape")
    expect_status(turn, "done")


def test_a_refusal_is_shown_with_what_support_needs(page: Page) -> None:
    turn = ask(page, "/fault code 4016")
    expect_status(turn, "failed")
    expect(turn.locator("[data-part=code]")).to_have_text("4016")
    expect(turn.locator("[data-part=request-id]")).not_to_be_empty()
    expect(turn.locator("[data-part=message]")).not_to_be_empty()
    expect(turn.get_by_text(EN.broken_off)).to_be_hidden()


@pytest.mark.parametrize("fault", ["cut", "failed"])
def test_an_answer_that_broke_off_stays_and_says_so(page: Page, fault: str) -> None:
    turn = ask(page, f"/fault {fault}")
    expect_status(turn, "failed")
    expect(answer_of(turn)).not_to_be_empty()
    expect(turn.get_by_text(EN.broken_off)).to_be_visible()
    expect(turn.locator("[data-part=message]")).not_to_be_empty()


def test_a_retry_asks_the_same_question_in_the_same_turn(page: Page) -> None:
    page.route(CHAT, lambda route: route.abort(), times=1)
    turn = ask(page, "/echo here again")
    expect_status(turn, "failed")
    expect(turn.get_by_text(EN.offline)).to_be_visible()
    turn.get_by_role("button", name=EN.retry).click()
    expect_status(turn, "done")
    expect(answer_of(turn)).to_have_text("here again")
    expect(turn.locator(".fault")).to_be_hidden()
    expect(page.locator(".turn")).to_have_count(1)


def test_a_retry_waits_as_long_as_the_server_said(page: Page) -> None:
    error = {"type": "error", "code": "rate_limited", "message": "Slowly", "retryable": True, "request_id": "r"}
    page.route(CHAT, lambda route: route.fulfill(status=429, json=error, headers={"Retry-After": "2"}), times=1)
    turn = ask(page, "/echo later")
    retry = turn.locator("[data-part=retry]")
    expect(retry).to_be_disabled()
    expect(retry).to_have_text(EN.retry_in.replace("{n}", "1"))
    expect(retry).to_be_enabled()
    expect(retry).to_have_text(EN.retry)


def test_an_error_that_will_stay_offers_no_retry(page: Page) -> None:
    error = {"type": "error", "code": "4015", "message": "Not published", "retryable": False, "request_id": "r"}
    page.route(CHAT, lambda route: route.fulfill(status=500, json=error))
    turn = ask(page, "hello")
    expect(turn.get_by_text("Not published")).to_be_visible()
    expect(turn.locator("[data-part=retry]")).to_be_hidden()


def test_enter_sends_and_shift_enter_does_not(page: Page) -> None:
    field(page).press_sequentially("/echo one")
    height = field(page).bounding_box()
    field(page).press("Shift+Enter")
    field(page).press_sequentially("two")
    taller = field(page).bounding_box()
    assert height
    assert taller
    assert taller["height"] > height["height"]
    field(page).press("Enter")
    turn = page.locator(".turn")
    expect_status(turn, "done")
    assert answer_of(turn).inner_text() == "one\ntwo"
    expect(field(page)).to_have_value("")


def press_composing(page: Page, key: str, **init: Any) -> None:
    init = {"key": key, "isComposing": True, "bubbles": True, "cancelable": True} | init
    field(page).evaluate("(input, init) => input.dispatchEvent(new KeyboardEvent('keydown', init))", init)


def test_enter_that_ends_a_composition_does_not_send(page: Page) -> None:
    field(page).fill("/echo 你好")
    press_composing(page, "Enter")
    press_composing(page, "Enter", isComposing=False, keyCode=229)
    expect(field(page)).to_have_value("/echo 你好")
    expect(page.locator(".turn")).to_have_count(0)
    field(page).press("Enter")
    expect(page.locator(".turn")).to_have_count(1)


def test_nothing_is_asked_twice_or_empty(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.extend([request.url] * (request.method == "POST")))
    field(page).fill("  \n ")
    field(page).press("Enter")
    field(page).fill("/say 30")
    page.get_by_role("button", name=EN.send).dblclick()
    field(page).fill("meanwhile")
    field(page).press("Enter")
    expect_status(page.locator(".turn"), "done")
    expect(field(page)).to_have_value("meanwhile")
    assert len(asked) == 1


def test_the_whole_way_with_the_keyboard_alone(page: Page) -> None:
    expect(field(page)).to_be_focused()
    page.keyboard.type("/echo keys")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=EN.send)).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    expect_status(page.locator(".turn"), "done")
    page.keyboard.type("please suggest something")
    page.keyboard.press("Enter")
    first = page.locator(".turn").last
    expect(first.locator(".chip").last).to_be_visible(timeout=20_000)
    page.keyboard.press("Shift+Tab")
    expect(first.locator(".chip").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(3)
    expect(field(page)).to_be_focused()


def test_a_follow_up_is_asked_with_a_click(page: Page) -> None:
    first = ask(page, "please suggest something")
    chip = first.locator(".chip").first
    expect(chip).to_be_visible(timeout=20_000)
    question = chip.inner_text()
    chip.click()
    expect(page.locator(".turn").last.get_by_role("heading")).to_have_text(question)
    expect(first.locator(".chip").first).to_be_hidden()


def test_a_suggestion_of_the_empty_page_is_asked_with_a_click(page: Page) -> None:
    page.get_by_role("button", name=EN.suggestions[0]).click()
    expect(page.locator(".turn").get_by_role("heading")).to_have_text(EN.suggestions[0])
    expect(page.get_by_text(EN.welcome)).to_have_count(0)


def test_a_slow_start_shows_that_something_happens(page: Page) -> None:
    turn = ask(page, "/fault slow-start 3")
    expect(turn.locator(".waiting")).to_be_visible()
    expect_status(turn, "done")
    expect(turn.locator(".waiting")).to_be_hidden()


def test_only_the_finished_answer_is_announced(page: Page) -> None:
    status = page.get_by_role("status")
    turn = ask(page, "/say 20")
    expect(status).to_have_text(EN.answering)
    expect_status(turn, "done")
    expect(status).to_have_text(answer_of(turn).inner_text())
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")


def test_a_reader_who_scrolled_up_is_left_alone(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 360, "height": 360})
    main = page.locator("main")
    turn = ask(page, "/say 150")
    expect(answer_of(turn)).to_contain_text(re.compile(r"\S+(\s+\S+){70}"), timeout=20_000)
    assert main.evaluate("main => main.scrollTop") > 0
    main.evaluate("main => { main.scrollTop = 0; }")
    expect_status(turn, "done")
    assert main.evaluate("main => main.scrollTop") == 0


def test_a_narrow_phone_never_scrolls_sideways(open_page: OpenPage) -> None:
    page = open_page(**PHONE | {"viewport": {"width": 360, "height": 740}})
    turn = ask(page, "/echo " + "https://example.invalid/" + "x" * 400)
    expect_status(turn, "done")
    expect_status(ask(page, "/fault code 4016"), "failed")
    for part in ("html", "main"):
        assert page.locator(part).evaluate("element => element.scrollWidth - element.clientWidth") == 0
    small = "() => [...document.querySelectorAll('button')].filter(b => b.offsetParent && b.offsetHeight < 44).length"
    assert page.evaluate(small) == 0


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_from_the_bot_stays_text(page: Page, payload: str) -> None:
    turn = ask(page, f"/echo {payload}")
    expect_status(turn, "done")
    answer = answer_of(turn).locator("p")
    assert answer.inner_text() == payload
    assert answer.evaluate("p => p.childElementCount") == 0
    assert turn.locator("[data-part=question]").evaluate("h => h.childElementCount") == 0
    expect(page.locator("script, iframe, base, style")).to_have_count(1)


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
    expect(turn.get_by_text(bad)).to_have_count(6)
    expect(page.locator("img")).to_have_count(0)


TIDES = {
    "en": (
        "Why does the sea have tides?",
        "The visitor asks for the cause of tides. Gravity first, then the turning of the Earth.",
        (
            "The moon pulls a little harder on the side of the Earth that faces it, and a little less on the far side. "
            "The sea gives way to that difference and swells in both places.\n\n"
            "As the Earth turns, each coast passes both swells once a day. So most shores see two high tides "
            "and two low ones, about six hours apart.\n\n"
            "The sun does the same at less than half the strength. At new and full moon the two pull together, and the "
            "tides run highest."
        ),
        ("Why are tides higher in some bays?", "Do lakes have tides?"),
    ),
    "zh": (
        "海水为什么会有潮汐？",
        "提问者想知道潮汐的成因。先说引力，再说地球自转。",
        (
            "月亮对朝向它那一侧的海水拉得更紧，对背面的海水拉得略松。海水顺着这点差别，在两边都微微隆起。\n\n"
            "地球每天自转一圈，海岸便两次经过隆起的地方，于是大多数海边每天都有两次涨潮、两次落潮，前后相隔大约六小时。\n\n"
            "太阳也在做同样的事，只是力量不到月亮的一半。每逢新月和满月，两股力量合在一起，潮水就涨得最高。"
        ),
        ("为什么有的海湾潮水特别高？", "湖泊也有潮汐吗？"),
    ),
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_a_bot_can_send_is_shown(open_page: OpenPage, language: str) -> None:
    question, reasoning, text, follow_ups = TIDES[language]
    page = open_page()
    completed = "conversation.message.completed"
    say(
        page,
        frame("conversation.chat.created", id="1"),
        frame(completed, id="k", type="knowledge", content="a passage"),
        frame(completed, id="t", type="function_call", content='{"name": "look_up", "plugin_name": "Almanac"}'),
        frame("conversation.message.delta", id="a", type="answer", content="", reasoning_content=reasoning),
        frame("conversation.message.delta", id="a", type="answer", content=text[:20]),
        frame(completed, id="a", type="answer", content=text),
        frame(completed, id="v", type="verbose", content='{"msg_type": "generate_answer_finish"}'),
        *(frame(completed, id=f"f{n}", type="follow_up", content=next_one) for n, next_one in enumerate(follow_ups)),
        frame("conversation.chat.completed", usage={"token_count": 318}),
    )
    turn = ask(page, question)
    expect_status(turn, "done")
    assert answer_of(turn).inner_text() == text
    expect(turn.locator(".tools")).to_contain_text("Almanac · look_up")
    expect(turn.locator(".tokens")).to_contain_text("318")
    expect(turn.get_by_role("group").get_by_role("button")).to_have_text(list(follow_ups))
    expect(turn.get_by_text(reasoning)).to_be_hidden()
    turn.locator("summary").click()
    expect(turn.get_by_text(reasoning)).to_be_visible()


@pytest.mark.parametrize(
    ("question", "name", "options"),
    [
        ("Think about the weather in London, then suggest what to ask next", "screenshot.png", {}),
        (
            "想一想杭州的天气，思考之后给些建议",
            "screenshot-phone.png",
            PHONE | {"locale": "zh-CN", "color_scheme": "dark"},
        ),
    ],
)
def test_screenshot_of_a_real_answer(open_page: OpenPage, question: str, name: str, options: dict[str, Any]) -> None:
    page = open_page(device_scale_factor=2, **options)
    turn = ask(page, question)
    expect_status(turn, "done")
    for part in (".tools", "summary", ".tokens"):
        expect(turn.locator(part)).to_be_visible()
    expect(turn.get_by_role("group").get_by_role("button")).not_to_have_count(0)
    take_shot(page, name)


def take_shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / name)


def brightness(page: Page, what: str) -> float:
    colour = page.locator("body").evaluate(f"body => getComputedStyle(body).{what}")
    return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3


def test_dark_mode_is_dark_and_readable(open_page: OpenPage) -> None:
    light, dark = open_page(color_scheme="light"), open_page(color_scheme="dark")
    assert brightness(light, "backgroundColor") > 230
    assert brightness(light, "color") < 60
    assert brightness(dark, "backgroundColor") < 40
    assert brightness(dark, "color") > 200


def test_without_javascript_nothing_can_be_sent(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    expect(field(page)).to_be_disabled()
    expect(page.locator("[name=message] ~ button").first).to_be_disabled()
