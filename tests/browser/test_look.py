"""How the page looks and is announced: parts, phone, scrolling, dark mode, and no JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import PHONE, answer_of, ask, expect_status, field, frame, say

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visit import OpenPage

INK = "rgb(37, 34, 29)"  # of the light theme


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


def test_the_whole_conversation_is_printed_and_nothing_to_press(page: Page) -> None:
    say(page, frame("conversation.message.completed", id="a", type="answer", content="A paragraph.\n\n" * 60))
    for question in ("one", "two"):
        expect_status(ask(page, question), "done")
    page.get_by_role("button", name=EN.script.theme_system).click()
    page.get_by_role("button", name=EN.script.theme_light).click()
    page.emulate_media(media="print")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    for pressed in page.locator("button, a, summary, textarea").all():
        expect(pressed).to_be_hidden()
    assert page.locator("main").evaluate("main => main.scrollHeight - main.clientHeight") == 0, "paper does not scroll"
    assert page.locator("body").evaluate("body => body.offsetHeight > 2 * innerHeight")
    assert page.locator("body").evaluate("body => getComputedStyle(body).color") == INK


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
    expect(turn.locator(".steps li")).to_have_text(
        [f"{EN.script.knowledge} {EN.script.step_done}", f"Almanac · look_up {EN.script.step_done}"]
    )
    expect(turn.locator("[data-part=figures]")).to_be_hidden()
    turn.get_by_text(EN.figures).click()
    expect(turn.locator("[data-part=figures]")).to_contain_text("318")
    expect(turn.get_by_role("group").get_by_role("button")).to_have_text(list(follow_ups))
    expect(turn.get_by_text(reasoning)).to_be_hidden()
    turn.get_by_text(EN.reasoning).click()
    expect(turn.get_by_text(reasoning)).to_be_visible()


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
