"""What the console shows: figures, bots, conversations, the run log."""

from __future__ import annotations

import re
import zoneinfo
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.console_words import SCRIPT, WORDS, words_of
from coze_web.ending import DONE, Ending
from coze_web.runlog import NewRun, Outcome
from coze_web.services import services
from tests.console_user import HOME, sign_in, text_of
from tests.coze_wire import BASE_URL, BOT_ID, CONVERSATION_ID, LOGID, OPERATOR_TOKEN, WORKFLOW_ID, ok
from tests.servers import wait_until
from tests.test_conversations import CONVERSATION, MESSAGE
from tests.test_lists import BOTS, CONVERSATIONS, WORKFLOWS, WORKSPACES

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient

TEMPLATES = Path(__file__).parent.parent / "coze_web/templates/coze_web/console"
HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"""
CHAT = Ending("chat", DONE, "r", "", "", 2.0, 0.5, 9, {"token_count": 1500})


def look(console: FlaskClient, path: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
    response = console.get(HOME + path, headers=headers)
    assert response.status_code == status, response.text
    return response.text


def test_the_charts_show_what_happened(console: FlaskClient) -> None:
    endings = services(console.application).runlog.endings
    for ending in (CHAT, CHAT, CHAT._replace(outcome="upstream_timeout", first_token=1.5, usage=None)):
        endings.note(ending)
    endings.flush()
    html = look(console, "")
    assert [unescape(each) for each in re.findall(r'role="img" aria-label="([^"]+)"', html)] == [
        "Chats: 3 in all",
        "Failed chats: 1 in all",
        "Time to first token: 1.50 s the slowest day, 95th percentile",
        "Tokens: 3,000 in all",
    ]
    assert html.count("<rect") == 5
    assert re.search(r"\d{4}-\d\d-\d\d 3 1 0.50 1.50 3000 ", text_of(html))


def test_an_answer_that_ends_is_counted(coze: responses.RequestsMock, console: FlaskClient) -> None:
    coze.post(f"{BASE_URL}/v3/chat", json={"code": 4000, "msg": ""})
    console.post("/api/v1/coze/chat", json={"message": "x", "stream": False})
    wait_until(lambda: 'aria-label="Failed chats: 1 in all"' in look(console, ""))


def test_days_begin_where_the_operator_is(console: FlaskClient) -> None:
    assert "Days in the time zone UTC" in look(console, "")
    for said, shown in (("Asia/Shanghai", "Asia/Shanghai"), ("../../etc/passwd", "UTC"), ("Nowhere/X", "UTC")):
        console.set_cookie("coze_web_zone", said, path=HOME)
        assert f"Days in the time zone {shown}" in look(console, "")


@pytest.mark.parametrize("name", ["Asia/Calcutta", "Asia/Saigon", "Europe/Kiev"])
def test_old_names_of_zones_are_known_where_the_system_knows_none(console: FlaskClient, name: str) -> None:
    console.set_cookie("coze_web_zone", name, path=HOME)
    zoneinfo.ZoneInfo.clear_cache()
    zoneinfo.reset_tzpath(to=())
    try:
        assert f"Days in the time zone {name}" in look(console, "")
    finally:
        zoneinfo.reset_tzpath()


@pytest.mark.parametrize(("language", "word"), [("en", "Overview"), ("zh", "概览")])
def test_the_console_speaks_the_operators_language(console: FlaskClient, language: str, word: str) -> None:
    assert word in look(console, "", headers={"Accept-Language": language})
    assert word in look(console, f"?lang={language}")
    assert word in look(console, "/runs"), "and remembers it"


def test_bots_are_listed_and_their_words_are_text(coze: responses.RequestsMock, console: FlaskClient) -> None:
    spaces = WORKSPACES.page([1, 2], total=2)
    spaces["data"]["workspaces"][1]["name"] = HOSTILE
    page = BOTS.page([1, 2], total=40)
    page["data"]["items"][0]["name"] = page["data"]["items"][0]["description"] = HOSTILE
    coze.get(WORKSPACES.coze, json=spaces)
    coze.get(BOTS.coze, json=page)
    html = look(console, "/bots?workspace_id=2")
    assert coze.calls[1].request.params["workspace_id"] == "2"  # type: ignore[attr-defined]
    assert "<script>alert" not in html
    assert "<img" not in html
    assert unescape(html).count(HOSTILE) == 3
    assert "49" not in text_of(html)
    assert re.search(r'href="/console/bots\?page_num=2&amp;workspace_id=2" rel="next"', html)


def test_a_bot_is_shown_with_its_prompt_model_and_plugins(coze: responses.RequestsMock, console: FlaskClient) -> None:
    plugin = {"plugin_id": "5", "name": "weather", "description": HOSTILE, "icon_url": "", "api_info_list": []}
    coze.get(
        f"{BASE_URL}/v1/bots/{BOT_ID}",
        json=ok(
            {
                "bot_id": BOT_ID, "name": "Helper", "description": "", "icon_url": "", "create_time": 1,
                "update_time": 10**15, "version": "3", "bot_mode": 0, "prompt_info": {"prompt": HOSTILE},
                "onboarding_info": {"prologue": "hi", "suggested_questions": ["why?"]},
                "model_info": {"model_id": "1", "model_name": "doubao"}, "plugin_info_list": [plugin],
                "workflow_info_list": [],
            }
        ),
    )  # fmt: skip
    html = look(console, f"/bots/{BOT_ID}")
    for shown in ("Helper", "doubao", "weather", "hi", "why?"):
        assert shown in text_of(html)
    assert "<script>alert" not in html
    assert unescape(html).count(HOSTILE) == 2


def test_conversations_and_their_messages_are_shown(coze: responses.RequestsMock, console: FlaskClient) -> None:
    coze.get(CONVERSATIONS.coze, json=CONVERSATIONS.page([int(CONVERSATION_ID)], more=True))
    listed = look(console, f"/bots/{BOT_ID}/conversations?page_num=2")
    one = f"/bots/{BOT_ID}/conversations/{CONVERSATION_ID}"
    assert f'href="{HOME}{one}"' in listed
    assert "page_num=1" in listed
    assert "page_num=3" in listed
    coze.get(f"{BASE_URL}/v1/conversation/retrieve", json=ok(CONVERSATION))
    more = {"first_id": "11", "last_id": "11", "has_more": True}
    coze.post(
        f"{BASE_URL}/v1/conversation/message/list",
        json={**ok([MESSAGE, {**MESSAGE, "id": "9", "content": HOSTILE}]), **more},
    )
    html = look(console, one)
    assert "你好" in html
    assert "<script>alert" not in html
    assert f'href="{HOME}{one}?after_id=11"' in html


def test_workflows_are_listed(coze: responses.RequestsMock, console: FlaskClient) -> None:
    coze.get(WORKSPACES.coze, json=WORKSPACES.page([1], total=1))
    coze.get(WORKFLOWS.coze, json=WORKFLOWS.page([7], more=False))
    html = look(console, "/workflows")
    assert 'href="/console/workflows/7"' in html
    assert "F7" in html


def test_who_has_no_workspace_is_told_so(coze: responses.RequestsMock, console: FlaskClient) -> None:
    coze.get(WORKSPACES.coze, json=WORKSPACES.page([], total=0))
    for path in ("/bots", "/workflows"):
        assert "belongs to no workspace" in look(console, path)


def test_without_lists_there_is_a_way_to_the_bot_and_to_a_workflow(make_app: Callable[..., Flask]) -> None:
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN, COZE_FLAVOR="studio").test_client()
    sign_in(client)
    bots = look(client, "/bots", 501)
    assert "not_on_studio" in text_of(bots)
    assert "belongs to no workspace" not in bots
    assert f'href="{HOME}/bots/{BOT_ID}"' in bots
    workflows = look(client, "/workflows", 501)
    assert "not_on_studio" in text_of(workflows)
    assert 'name="workflow_id"' in workflows
    sent = client.get(f"{HOME}/workflows?workflow_id=+{WORKFLOW_ID}+")
    assert sent.headers["Location"] == f"{HOME}/workflows/{WORKFLOW_ID}"


def test_a_workspace_that_coze_refuses_leaves_the_others_to_be_chosen(
    coze: responses.RequestsMock, console: FlaskClient
) -> None:
    coze.get(WORKSPACES.coze, json=WORKSPACES.page([1, 2], total=2))
    coze.get(BOTS.coze, json={"code": 4101, "msg": ""})
    html = look(console, "/bots?workspace_id=2", 502)
    assert "4101" in text_of(html)
    assert f'href="{HOME}/bots?workspace_id=1"' in html


def test_the_run_log_is_searched_by_its_filters(console: FlaskClient) -> None:
    runlog = services(console.application).runlog
    for number in range(22):
        run_id = runlog.begin(NewRun(workflow_id=WORKFLOW_ID, mode="chat", parameters=f'{{"n": "word{number}"}}'))
        runlog.end(run_id, Outcome(status="failed" if number == 3 else "succeeded"))
    html = look(console, "/runs")
    assert html.count('href="/console/runs/') == 20
    older = unescape(re.findall(r'href="/console(/runs[^"]+cursor[^"]+)"', html)[0])
    assert look(console, older).count('href="/console/runs/') == 2
    assert look(console, "/runs?status=failed&workflow_id=&q=&since=&until=").count('href="/console/runs/') == 1
    assert look(console, f"/runs?workflow_id={WORKFLOW_ID}&q=word21").count('href="/console/runs/') == 1
    assert "No runs found" in look(console, "/runs?since=2100-01-01")
    assert "No runs found" in look(console, "/runs?until=2000-01-01")
    assert 'value="&lt;b&gt;"' in look(console, "/runs?q=<b>")


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_ends_of_the_calendar_can_be_searched_and_shown(
    coze: responses.RequestsMock, console: FlaskClient, zone: str
) -> None:
    console.set_cookie("coze_web_zone", zone, path=HOME)
    assert "No runs found" in look(console, "/runs?since=0001-01-01&until=9999-12-30")
    page = CONVERSATIONS.page([1, 2], more=False)
    for conversation, moment in zip(page["data"]["conversations"], (-62135596800, 253402300799), strict=True):
        conversation["created_at"] = moment
    coze.get(CONVERSATIONS.coze, json=page)
    html = look(console, f"/bots/{BOT_ID}/conversations")
    assert html.count("9999-12-31") == 2, "for machines, and for people"


def test_filters_that_are_wrong_stay_in_their_form(console: FlaskClient) -> None:
    html = look(console, "/runs?q=tea&workflow_id=x&status=failed", 400)
    assert "must be an id" in text_of(html)
    assert re.search(r'name="q"[^>]* value="tea"', html)
    assert re.search(r'name="workflow_id"[^>]* value="x"', html)
    assert '<option value="failed" selected>' in html
    assert "No runs found" not in html


def test_one_run_is_shown_whole(console: FlaskClient) -> None:
    runlog = services(console.application).runlog
    run_id = runlog.begin(NewRun(workflow_id=WORKFLOW_ID, mode="streaming", parameters=HOSTILE, request_id="r-1"))
    outcome = Outcome(status="failed", output="晴", logid=LOGID, error_code="4000", error_message=HOSTILE)
    runlog.end(run_id, outcome)
    html = look(console, f"/runs/{run_id}")
    for shown in ("failed", "晴", LOGID, "r-1", "4000", "streamed"):
        assert shown in text_of(html)
    assert "<script>alert" not in html
    assert unescape(html).count(HOSTILE) == 2


def test_an_address_that_is_a_script_is_no_link(console: FlaskClient) -> None:
    runlog = services(console.application).runlog
    for address, is_link in (("javascript:alert(1)", False), ("https://coze.example/run", True)):
        run_id = runlog.begin(NewRun(workflow_id=WORKFLOW_ID, mode="chat"))
        runlog.end(run_id, Outcome(status="failed", debug_url=address))
        assert (f'href="{address}"' in look(console, f"/runs/{run_id}")) is is_link


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/runs/123", 404, "has no such run"),
        ("/runs?since=yesterday", 400, "must be a day"),
        ("/runs?until=9999-12-31", 400, "must be 9999-12-30 or less"),
        ("/runs?cursor=x", 400, "cursor is not valid"),
        ("/runs?workflow_id=x", 400, "must be an id"),
        ("/bots/x", 400, "decimal digits"),
        ("/bots?workspace_id=x", 400, "must be an id"),
    ],
)
def test_what_cannot_be_shown_is_explained_on_a_page(
    coze: responses.RequestsMock, console: FlaskClient, path: str, status: int, told: str
) -> None:
    coze.get(WORKSPACES.coze, json=WORKSPACES.page([1], total=1))
    html = look(console, path, status)
    assert told in text_of(html)
    assert f'href="{HOME}"' in html


def test_what_coze_refuses_is_a_page_with_what_support_asks_for(
    coze: responses.RequestsMock, console: FlaskClient
) -> None:
    refusal: Any = {"code": 4200, "msg": "upstream words", "detail": {"logid": LOGID}}
    coze.get(f"{BASE_URL}/v1/bots/{BOT_ID}", json=refusal)
    html = look(console, f"/bots/{BOT_ID}", 404, {"X-Request-ID": "mine"})
    for shown in ("4200", LOGID, "mine", "Back to the overview"):
        assert shown in text_of(html)
    assert "upstream words" not in html


def test_every_word_of_the_pages_is_there_and_none_is_left_over() -> None:
    used, made = set(), set()
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text()
        used |= set(re.findall(r"\bwords\.(\w+)", text)) - {"script"}
        made |= set(re.findall(r'words\["(\w+_)" ~', text))
    used |= {"chats", "failures", "waits", "tokens", "failures_note", "waits_note", "tokens_note"}
    assert used - set(WORDS) == set()
    assert {word for word in set(WORDS) - used if not word.startswith(tuple(made))} == set()


def test_every_word_is_said_in_both_languages() -> None:
    en, zh = words_of("en"), words_of("zh")
    for name in WORDS:
        assert getattr(en, name).isascii()
        assert getattr(en, name) != getattr(zh, name)
    assert set(SCRIPT) <= set(en.script)
