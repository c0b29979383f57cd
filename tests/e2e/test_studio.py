"""The operator API and the face in front of a self-hosted Studio; and what the official SDK makes of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from cozepy import Coze, CozeAPIError, Message
from cozepy.exception import CozeInvalidEventError
from pydantic import ValidationError

from coze_web.emulator import BOT_ID, TOKEN, WORKFLOW_ID
from coze_web.sse import FrameParser
from tests.e2e.sdk_clients import question, sync_client
from tests.e2e.test_operator import AUTH, variables, workflow
from tests.servers import Server, emulator, web

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def coze() -> Iterator[Server]:
    with emulator(profile="studio") as server:
        yield server


@pytest.fixture(scope="module")
def site(coze: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("runs")
    with web(coze.url, COZE_FLAVOR="studio", COZE_WEB_RATE_LIMIT="", **variables(folder)) as server:
        yield server


@pytest.fixture
def sdk(coze: Server) -> Iterator[Coze]:
    yield from sync_client(coze.url, TOKEN)


def call(site: Server, method: str, path: str, **body: Any) -> Any:
    url = f"{site.url}/api/v1/coze/{path}"
    answer = requests.request(method, url, json=body or None, headers=AUTH, timeout=20)
    assert answer.ok, answer.text
    return answer.json()


def test_the_bot_has_a_face(site: Server) -> None:
    face = requests.get(f"{site.url}/api/v1/coze/bot", timeout=20).json()
    assert face["name"] == "Embedded Coze"
    assert face["suggested_questions"]
    assert call(site, "GET", f"bots/{BOT_ID}")["model"]["model_id"] == "1"


def test_conversations_are_made_shown_renamed_cleared_and_deleted(site: Server) -> None:
    made = call(site, "POST", "conversations", bot_id=BOT_ID)["id"]
    assert call(site, "GET", f"conversations/{made}")["meta_data"] == {}
    assert made in [one["id"] for one in call(site, "GET", f"conversations?bot_id={BOT_ID}")["items"]]
    assert call(site, "GET", f"conversations/{made}/messages")["items"] == []
    assert call(site, "PUT", f"conversations/{made}", name="new")["name"] == "new"
    assert call(site, "POST", f"conversations/{made}/clear")["conversation_id"] == made
    call(site, "DELETE", f"conversations/{made}")
    gone = requests.get(f"{site.url}/api/v1/coze/conversations/{made}", headers=AUTH, timeout=20)
    assert (gone.status_code, gone.json()["code"]) == (404, "103000002")


def test_a_run_is_waited_for_and_its_record_is_found(site: Server) -> None:
    done = workflow(site, "run", parameters={"input": "/echo 你好"}).json()
    assert done["output"] == '{"output":"你好"}'
    details = call(site, "GET", f"workflows/{WORKFLOW_ID}/runs/{done['execute_id']}")
    assert (details["run"]["status"], details["nodes"]) == ("succeeded", [])
    assert details["run"]["logid"]


def test_a_run_asks_and_goes_on(site: Server) -> None:
    asked = workflow(site, "run", parameters={"input": "/ask"}, stream=True).text
    event_id = re.findall(r'"event_id": ?"([0-9/]+)"', asked)[0]
    told = workflow(site, "resume", event_id=event_id, interrupt_type=2, resume_data="Paris").text
    assert "Paris" in told
    assert FrameParser().feed(told.encode())[-1].event == "done"


@pytest.mark.parametrize(("said", "ending"), [("/say 3", "done"), ("/fault fail", "720701013")])
def test_a_chatflow_is_talked_to(site: Server, said: str, ending: str) -> None:
    last = FrameParser().feed(workflow(site, "chat", message=said, bot_id=BOT_ID).content)[-1]
    assert ending in {last.event, *re.findall(r'"code": ?"(\d+)"', last.data)}


def in_a_conversation(sdk: Coze, text: str) -> dict[str, Any]:
    # Without meta_data a Studio answers null, and the SDK takes no null for it.
    return question(text, conversation_id=sdk.conversations.create(bot_id=BOT_ID, meta_data={"k": "v"}).id)


def test_the_official_sdk_chats_with_it_in_a_conversation(sdk: Coze) -> None:
    events = list(sdk.chat.stream(**in_a_conversation(sdk, "/say 3")))
    assert "".join(event.message.content for event in events[2:5] if event.message) == "1 2 3 "
    with pytest.raises(CozeAPIError, match="code: 400, msg: unable to decode ''"):
        sdk.chat.stream(**question("hi"))


def test_the_official_sdk_alone_cannot_read_all_of_it(sdk: Coze) -> None:
    chat = sdk.chat.create(**in_a_conversation(sdk, "/say 2000"))
    ids = {"conversation_id": chat.conversation_id or "", "chat_id": chat.id}
    with pytest.raises(CozeAPIError, match="code: 404"):
        sdk.chat.retrieve(**ids)
    with pytest.raises(ValidationError):
        sdk.chat.cancel(**ids)
    with pytest.raises(ValidationError):
        sdk.bots.retrieve(bot_id=BOT_ID)
    with pytest.raises(CozeAPIError, match="code: 401"):
        sdk.users.me()
    said = [Message.build_user_question_text("hi")]
    with pytest.raises(CozeInvalidEventError):
        list(sdk.workflows.chat.stream(workflow_id=WORKFLOW_ID, bot_id=BOT_ID, additional_messages=said, parameters={}))
