"""The console in a real browser: sign in, look around, run a workflow and watch it, sign out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from playwright.sync_api import expect

from coze_web.demo import OPERATOR_TOKEN
from tests.browser.console_site import PAGES, open_in, run, run_form, watch
from tests.browser.test_accessibility import LOOKS, violations
from tests.browser.test_layout import CONTROLS, SIDEWAYS, SIZES
from tests.browser.visit import frame, hold, press, tell

if TYPE_CHECKING:
    from tests.browser.console_site import Console
    from tests.browser.visit import OpenPage

# The page scrolls as a whole here, so only the sides can cut something off.
CUT = f"""{CONTROLS}.filter((control) => {{
  control.scrollIntoView({{ inline: "nearest" }});
  const {{ left, right }} = control.getBoundingClientRect();
  const cut = control.matches("button, summary") && control.scrollWidth > control.clientWidth;
  return cut || left < 0 || right > innerWidth;
}}).map(({{ outerHTML }}) => outerHTML)"""
QUESTION = frame("Interrupt", interrupt_data={"event_id": "1", "type": 2})


def test_who_knows_the_token_gets_in_and_out_again(open_console: OpenPage) -> None:
    page = open_console(signed_in=False)
    expect(page.get_by_role("heading")).to_have_text("Sign in")
    page.get_by_label("Operator token").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("operator token is wrong")
    page.get_by_label("Operator token").fill(OPERATOR_TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The last 30 days")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading")).to_have_text("Sign in")
    page.go_back()
    expect(page.get_by_role("heading")).to_have_text("Sign in")


def test_the_token_is_nowhere_in_the_browser_and_no_script_reads_the_session(open_console: OpenPage) -> None:
    page = open_console()
    kept = page.context.cookies()
    assert OPERATOR_TOKEN not in f"{kept} {page.content()} {page.evaluate('JSON.stringify(localStorage)')}"
    assert "coze_web_console=" not in page.evaluate("document.cookie")
    session = next(cookie for cookie in kept if cookie["name"] == "coze_web_console")
    assert (session["httpOnly"], session["sameSite"], session["path"]) == (True, "Strict", "/console")


WATCH_DISABLED = """(start) => {
  window.disabled = [];
  new MutationObserver(() => disabled.push(start.disabled)).observe(start, { attributeFilter: ["disabled"] });
}"""


def test_a_workflow_is_run_and_watched(open_console: OpenPage) -> None:
    page = open_console()
    page.get_by_role("link", name="Workflows").click()
    page.get_by_role("link", name="embedded_demo").click()
    page.wait_for_load_state()  # before its script has run the form is sent without it
    page.locator("[data-start]").evaluate(WATCH_DISABLED)
    run(page, "hello tides " * 10)
    nodes = watch(page).locator(".nodes li")
    expect(nodes.first).to_contain_text("hello")
    expect(watch(page).get_by_role("status")).to_have_text("succeeded")
    expect(nodes.last.get_by_role("heading")).to_have_text("Output")
    expect(watch(page).locator("[data-part=tokens]")).to_have_text(re.compile(r"[1-9]\d*"))
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    assert page.evaluate("disabled") == [True, False]


def test_a_run_that_asks_is_answered_and_goes_on(open_console: OpenPage) -> None:
    page = run_form(open_console())
    run(page, "/ask 2")
    for number, city in enumerate(("Beijing", "上海"), start=1):
        expect(watch(page)).to_contain_text(f"(question {number} of 2)")
        reply = page.get_by_label("Your answer")
        expect(reply).to_be_focused()
        reply.fill(city)
        reply.press("Enter")
    expect(watch(page).get_by_role("status")).to_have_text("succeeded")
    expect(watch(page).locator(".nodes li").last).to_contain_text("Beijing, 上海")


def test_an_answer_that_was_lost_is_sent_again_and_the_run_goes_on(open_console: OpenPage) -> None:
    page = run_form(open_console())
    sent: list[Any] = []
    page.on("request", lambda request: sent.extend([request.post_data] * (request.method == "POST")))
    run(page, "/ask 1")
    page.route("**/resume", lambda route: route.abort(), times=1)
    reply = page.get_by_label("Your answer")
    reply.fill("Beijing")
    reply.press("Enter")
    expect(watch(page).locator(".fault")).to_be_visible()
    expect(reply).to_have_value("Beijing")
    page.get_by_role("button", name="Try again").click()
    expect(watch(page).get_by_role("status")).to_have_text("succeeded")
    expect(watch(page).locator(".nodes li").last).to_contain_text("Beijing")
    assert len(sent) == 3, "the run was not begun anew"


def test_a_run_that_fails_says_why_and_can_be_tried_again(open_console: OpenPage) -> None:
    page = run_form(open_console())
    run(page, "/fault fail")
    fault = watch(page).locator(".fault")
    expect(fault).to_contain_text("720701013")
    expect(fault.locator("[data-part=logid]")).not_to_be_empty()
    page.get_by_label("Parameters").fill('{"input": "hello"}')
    page.get_by_role("button", name="Run", exact=True).click()
    expect(watch(page).get_by_role("status")).to_have_text("succeeded")
    expect(fault).to_be_hidden()


def test_who_stops_watching_is_told_that_the_run_goes_on(open_console: OpenPage) -> None:
    page = run_form(open_console())
    run(page, "/slow 30")
    page.get_by_role("button", name="Stop watching").click()
    expect(watch(page).get_by_role("status")).to_contain_text("goes on at Coze")


def test_who_stops_watching_before_an_answer_is_sent_has_sent_nothing(open_console: OpenPage) -> None:
    page = run_form(open_console())
    sent: list[str] = []
    page.on("request", lambda request: sent.extend([request.url] * (request.method == "POST")))
    hold(page)
    run(page, "hello")
    tell(page, QUESTION)
    reply = page.get_by_label("Your answer")
    reply.fill("Beijing")
    reply.press("Enter")
    press(page, "Stop watching")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    expect(watch(page).get_by_role("status")).to_contain_text("goes on at Coze")
    expect(reply).to_have_value("Beijing")
    assert sent == []


@pytest.mark.parametrize("name", ["parameters", "bot_id"])
def test_a_question_does_not_interrupt_who_is_writing_elsewhere(open_console: OpenPage, name: str) -> None:
    page = run_form(open_console())
    page.locator("#run summary").click()
    hold(page)
    run(page, "hello")
    field = page.locator(f"[name={name}]")
    field.fill("")
    page.keyboard.type("12")
    tell(page, QUESTION)
    reply = page.get_by_label("Your answer")
    expect(reply).to_be_visible()
    page.keyboard.type("34")
    expect(field).to_have_value("1234")
    expect(reply).to_have_value("")


@pytest.mark.parametrize("parameters", ["{", "[]", "1", '"x"'])
def test_parameters_that_are_no_object_are_sent_nowhere(open_console: OpenPage, parameters: str) -> None:
    page = run_form(open_console())
    asked: list[str] = []
    page.on("request", lambda request: asked.extend([request.url] * (request.method == "POST")))
    page.get_by_label("Parameters").fill(parameters)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(watch(page).locator(".fault")).to_contain_text("no JSON object")
    assert asked == []


def test_without_scripts_all_but_the_watching_works(open_console: OpenPage) -> None:
    page = run_form(open_console(java_script_enabled=False))
    run(page, "hello there")
    expect(page.locator("section", has=page.get_by_role("heading", name="Result"))).to_contain_text("hello there")
    page.get_by_role("link", name="Run log").first.click()
    expect(page.locator("tbody tr").first).to_contain_text("succeeded")


def test_the_log_is_filtered_and_a_run_opened(open_console: OpenPage) -> None:
    page = run_form(open_console())
    run(page, "needle-in-the-log")
    expect(watch(page).get_by_role("status")).to_have_text("succeeded")
    page.get_by_role("link", name="Run log").first.click()
    page.get_by_label("Text").fill("needle-in-the-log")
    page.get_by_label("Status").select_option("succeeded")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody th a").click()
    expect(page.locator("pre").first).to_contain_text("needle-in-the-log")
    expect(page.get_by_role("link", name="Open at Coze")).to_have_attribute("href", re.compile("^https://www.coze.cn/"))


def test_chats_are_counted(open_console: OpenPage, console_site: Console) -> None:
    page = open_console()

    def chats() -> int:
        page.reload()
        label = page.locator("svg[role=img]").first.get_attribute("aria-label") or ""
        return int(label.removeprefix("Chats: ").split()[0].replace(",", ""))

    before = chats()
    for _ in range(2):
        asked = {"message": "hello", "stream": False}
        assert requests.post(f"{console_site.url}/api/v1/coze/chat", json=asked, timeout=20).ok
    expect(page.locator("body")).to_be_visible()
    for _ in range(50):
        if chats() == before + 2:
            break
    assert chats() == before + 2
    page.get_by_text("As a table").click()
    expect(page.get_by_role("row")).to_have_count(31)


def test_the_browser_says_in_which_zone_days_begin(open_console: OpenPage) -> None:
    page = open_console(timezone_id="Asia/Shanghai")
    page.reload()
    expect(page.get_by_text("Days in the time zone Asia/Shanghai")).to_be_visible()


def test_the_theme_is_the_visitors_pages_too(open_console: OpenPage, console_site: Console) -> None:
    page = run_form(open_console())
    page.locator("#theme").click()
    page.goto(console_site.url)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.goto(f"{console_site.url}/console")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_the_keyboard_reaches_the_content_first(open_console: OpenPage) -> None:
    page = open_console()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_the_console(open_console: OpenPage, path: str, look: dict[str, Any]) -> None:
    page = open_in(open_console(reduced_motion="reduce", **look), path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], scheme


@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_the_console_is_cut(open_console: OpenPage, path: str, size: dict[str, Any]) -> None:
    page = open_in(open_console(**size), path)
    assert page.evaluate(SIDEWAYS) == []
    assert page.evaluate(CUT) == []
