"""The gateway in front of a self-hosted Studio, with the bytes that a Studio sends."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

from coze_web.answers import ChatAnswer, ChatflowAnswer
from coze_web.call import Call
from coze_web.errors import BrokenStreamError, CozeWebError, RefusedError, UpstreamError
from coze_web.gateway import Gateway, async_coze
from coze_web.inputs import MessageQuery, NewConversation, WorkflowChatRequest
from coze_web.sse import FrameParser
from tests.coze_wire import (
    BASE_URL,
    BOT_ID,
    CHAT_ID,
    CONVERSATION_ID,
    EXECUTE_ID,
    OPERATOR_TOKEN,
    WORKFLOW_ID,
    json_of,
    prompt_of,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask

    from coze_web.settings import Settings

CREATE = f"{BASE_URL}/v1/conversation/create"
CHAT = f"{BASE_URL}/v3/chat"
LOGID = "0a4b7a32-6f9e-4ad8-9f6c-3d5c3f9f2f10"
CONVERSATION = {
    "id": CONVERSATION_ID,
    "created_at": 1718289297,
    "meta_data": None,
    "connector_id": "1024",
    "last_section_id": "749",
}
YES = {"code": 0, "msg": ""}
STREAM = (
    f'event:conversation.chat.created\ndata:{{"id":"{CHAT_ID}","conversation_id":"{CONVERSATION_ID}","status":"created"}}\n\n'
    'event:conversation.message.completed\ndata:{"id":"1","type":"answer","content":"hi","content_type":"text"}\n\n'
    f'event:conversation.chat.completed\ndata:{{"id":"{CHAT_ID}","status":"completed","usage":{{"token_count":3}}}}\n\n'
    "event:conversation.stream.done\ndata:\n\n"
)


@pytest.fixture
def gateway(make_settings: Callable[..., Settings]) -> Gateway:
    return Gateway(make_settings(COZE_FLAVOR="studio"))


def conversation_is_made(coze: responses.RequestsMock) -> None:
    coze.post(CREATE, json={**YES, "data": CONVERSATION}, headers={"X-Log-ID": LOGID})


def read(answer: ChatAnswer, stream: str) -> ChatAnswer:
    for frame in FrameParser().feed(stream.encode()):
        answer.take(frame)
    return answer


def test_a_chat_begins_with_a_conversation(coze: responses.RequestsMock, gateway: Gateway) -> None:
    conversation_is_made(coze)
    coze.post(CHAT, body=STREAM, content_type="text/event-stream", headers={"X-Log-ID": LOGID})
    with closing(gateway.chats.open(prompt_of("hi"), Call())) as stream:
        assert (b"".join(stream).decode(), stream.logid) == (STREAM, LOGID)
    created, asked = coze.calls
    assert json_of(created.request)["bot_id"] == BOT_ID
    assert str(asked.request.url).endswith(f"?conversation_id={CONVERSATION_ID}")


def test_on_the_cloud_it_does_not(coze: responses.RequestsMock, make_settings: Callable[..., Settings]) -> None:
    coze.post(CHAT, body=STREAM, content_type="text/event-stream")
    Gateway(make_settings()).chats.open(prompt_of("hi"), Call()).close()
    assert len(coze.calls) == 1


def test_a_conversation_that_is_refused_is_the_failure_of_the_chat(
    coze: responses.RequestsMock, gateway: Gateway
) -> None:
    coze.post(CREATE, json={"code": 700012006, "msg": "upstream words"}, headers={"X-Log-ID": LOGID})
    with pytest.raises(RefusedError) as caught:
        gateway.chats.open(prompt_of("hi"), Call())
    assert (caught.value.code, caught.value.logid, len(coze.calls)) == ("700012006", LOGID, 1)


def test_who_left_meanwhile_starts_no_chat(coze: responses.RequestsMock, gateway: Gateway) -> None:
    call = Call()

    def leave(_: object) -> tuple[int, dict[str, str], str]:
        call.hang_up()
        return 200, {"Content-Type": "application/json"}, json.dumps({**YES, "data": CONVERSATION})

    coze.add_callback("POST", CREATE, leave)
    with pytest.raises(CozeWebError, match="visitor_left"):
        gateway.chats.open(prompt_of("hi"), call)
    assert len(coze.calls) == 1


def test_a_chatflow_of_a_bot_begins_with_a_conversation_too(coze: responses.RequestsMock, gateway: Gateway) -> None:
    conversation_is_made(coze)
    coze.post(f"{BASE_URL}/v1/workflows/chat", body=b"", content_type="text/event-stream; charset=utf-8")
    wanted = WorkflowChatRequest(message="hi", bot_id=BOT_ID)
    gateway.workflows.chat(WORKFLOW_ID, wanted, Call()).close()
    assert json_of(coze.calls[1].request)["conversation_id"] == CONVERSATION_ID


def test_its_end_marker_ends_the_answer() -> None:
    answer = read(ChatAnswer(), STREAM)
    assert (answer.ended, answer.completed, answer.text, answer.usage) == (True, True, "hi", {"token_count": 3})


def test_its_end_marker_alone_is_no_whole_answer() -> None:
    with pytest.raises(BrokenStreamError, match="upstream_truncated"):
        read(ChatAnswer(), "event:conversation.stream.done\ndata:\n\n")


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ('event:error\ndata:{"code":103100001,"msg":"agent run error"}\n\n', "103100001"),
        ('id: 3\nevent: error\ndata: {"code":"720701013","msg":"m","debug_url":""}\n\n', "720701013"),
        ("event: error\ndata: connection reset by peer\n\n", "upstream_error"),
    ],
)
def test_each_of_its_error_events_is_an_error(event: str, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read(ChatflowAnswer(), event)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("status", "code"),
    [("cancelled", "chat_canceled"), ("expired", "chat_canceled"), ("required_action", "requires_action")],
)
def test_its_spellings_are_understood(status: str, code: str) -> None:
    with pytest.raises(BrokenStreamError, match=code):
        read(ChatAnswer(), f'event:conversation.chat.{status}\ndata:{{"id":"1","status":"{status}"}}\n\n')


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (400, '{"code":400,"msg":"agent run error : no model"}', "application/json; charset=utf-8"),
        (404, '{"code":404,"msg":"not found"}', "application/json; charset=utf-8"),
        (500, '{"code":500,"msg":"internal server error"}', "application/json; charset=utf-8"),
        (500, "record not found", "text/plain; charset=utf-8"),
    ],
)
def test_a_code_that_repeats_the_status_tells_nothing(
    coze: responses.RequestsMock, gateway: Gateway, status: int, body: str, content_type: str
) -> None:
    coze.post(f"{CHAT}/cancel", body=body, status=status, content_type=content_type, headers={"X-Log-ID": LOGID})
    with pytest.raises(RefusedError) as caught:
        gateway.chats.cancel(CONVERSATION_ID, CHAT_ID)
    error = caught.value
    assert (error.code, error.http_status, error.logid) == ("upstream_error", status, LOGID)


@pytest.mark.filterwarnings("error")
def test_its_yes_to_a_cancellation_is_one(coze: responses.RequestsMock, gateway: Gateway) -> None:
    chat = {"id": CHAT_ID, "conversation_id": CONVERSATION_ID, "bot_id": BOT_ID, "status": "cancelled"}
    coze.post(f"{CHAT}/cancel", json={"ChatV3ChatDetail": chat, "BaseResp": None})
    gateway.chats.cancel(CONVERSATION_ID, CHAT_ID)


def test_its_conversations_are_read(coze: responses.RequestsMock, gateway: Gateway) -> None:
    conversation_is_made(coze)
    shown = {**CONVERSATION, "creator_d": "7", "name": "n"}
    coze.get(f"{BASE_URL}/v1/conversation/retrieve", json={"ConversationData": shown, **YES, "BaseResp": None})
    coze.get(f"{BASE_URL}/v1/conversations", json={**YES, "data": {"conversations": [CONVERSATION], "has_more": False}})
    made = gateway.conversations.create(NewConversation(bot_id=BOT_ID))
    assert (made.id, made.meta_data, made.updated_at) == (CONVERSATION_ID, {}, None)
    assert gateway.conversations.retrieve(CONVERSATION_ID).name == "n"
    assert [one.id for one in gateway.conversations.list(BOT_ID, 1, 20).items] == [CONVERSATION_ID]


def test_a_conversation_without_messages_is_empty(coze: responses.RequestsMock, gateway: Gateway) -> None:
    coze.post(f"{BASE_URL}/v1/conversation/message/list", json={**YES, "first_id": "0", "last_id": "0"})
    assert gateway.conversations.messages(CONVERSATION_ID, MessageQuery()).items == []


def test_its_bots_are_read(coze: responses.RequestsMock, gateway: Gateway) -> None:
    bot = {
        "bot_id": BOT_ID, "name": "Helper", "description": "", "icon_url": "", "create_time": 0, "update_time": 0,
        "version": "v1", "bot_mode": 0, "prompt_info": {}, "onboarding_info": {"prologue": "hi"},
        "model_info": {"model_id": "100", "response_format": 0, "model_style": 2},
        "plugin_info_list": [{"plugin_id": "1", "api_id": "2", "api_name": "search"}],
        "workflow_info_list": [{"workflow_id": "3", "flow_mode": 0}], "suggest_reply_info": None,
    }  # fmt: skip
    coze.get(f"{BASE_URL}/v1/bot/get_online_info", json={**YES, "data": bot})
    coze.get(f"{BASE_URL}/v1/bots/{BOT_ID}", json={**YES, "data": bot})
    published = gateway.bots.published(BOT_ID)
    assert (published.name, published.onboarding and published.onboarding.prologue) == ("Helper", "hi")
    assert (gateway.bots.retrieve(BOT_ID).model or {})["model_id"] == "100"


def test_its_run_history_is_read_where_it_is(coze: responses.RequestsMock, gateway: Gateway) -> None:
    run = {
        "execute_id": int(EXECUTE_ID), "execute_status": "Cancel", "bot_id": None, "connector_id": 1024,
        "connector_uid": "7", "run_mode": 1, "log_id": LOGID, "create_time": 1, "update_time": None,
        "debug_url": "http://127.0.0.1:8888/x", "input": "{}", "output": None, "token": 3, "error_code": None,
        "error_msg": "stopped",
    }  # fmt: skip
    coze.get(f"{BASE_URL}/v1/workflow/get_run_history", json={"data": [run], "BaseResp": None})
    found = gateway.workflows.details(WORKFLOW_ID, EXECUTE_ID).run
    assert (found.execute_id, found.status, found.mode) == (EXECUTE_ID, "failed", "streaming")
    assert (found.logid, found.error_message, found.bot_id) == (LOGID, "stopped", "0")
    query = httpx.URL(str(coze.calls[0].request.url)).params
    assert dict(query) == {"workflow_id": WORKFLOW_ID, "execute_id": EXECUTE_ID}


def test_what_it_does_not_have_is_not_asked_for(coze: responses.RequestsMock, make_app: Callable[..., Flask]) -> None:
    app = make_app(COZE_FLAVOR="studio", COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN)
    headers = {"Authorization": f"Bearer {OPERATOR_TOKEN}", "Accept-Language": "zh"}
    for path in ("workspaces", f"bots?workspace_id={BOT_ID}", f"workflows?workspace_id={BOT_ID}"):
        response: Any = app.test_client().get(f"/api/v1/coze/{path}", headers=headers)
        assert (response.status_code, response.json["code"]) == (501, "not_on_studio")
        assert "Studio" in response.json["message"]
    assert not coze.calls


@pytest.mark.asyncio
@pytest.mark.usefixtures("_no_certificates")
@pytest.mark.filterwarnings("error")
async def test_the_asyncio_client_speaks_to_it_too(make_settings: Callable[..., Settings]) -> None:
    chat = {"id": CHAT_ID, "conversation_id": CONVERSATION_ID, "bot_id": BOT_ID, "status": "cancelled"}
    with respx.mock() as wire:
        wire.get(url__startswith=f"{CHAT}/retrieve").respond(json={**YES, "data": chat})
        wire.get(url__startswith=f"{CHAT}/message/list").respond(json=YES)
        async with async_coze(make_settings(COZE_FLAVOR="studio")) as coze:
            ids = {"conversation_id": CONVERSATION_ID, "chat_id": CHAT_ID}
            assert (await coze.chat.retrieve(**ids)).status == "canceled"
            assert not list(await coze.chat.messages.list(**ids))
            with pytest.raises(UpstreamError, match="not_on_studio"):
                await coze.users.me()
