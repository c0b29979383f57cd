"""Chats and conversations: asking and polling, every event of a stream, tools, cancelling, and what is kept."""

from __future__ import annotations

import json
from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import cozepy
import httpx
import pydantic
import pytest

from coze_web.answers import ChatAnswer
from coze_web.call import Call
from coze_web.errors import BrokenStreamError, RefusedError
from coze_web.inputs import MessageQuery, NewConversation, NewMessage
from coze_web.sse import FrameParser
from tests.coze_wire import DONE, LOGID, event, prompt_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from coze_web.gateway import Gateway
    from tests.coze.conftest import AsyncClient, Client, Factory, Ids, Wire

CHAT = "POST /v3/chat"
RETRIEVE, CANCEL, LISTED = "POST /v3/chat/retrieve", "POST /v3/chat/cancel", "GET /v3/chat/message/list"
SUBMIT = "POST /v3/chat/submit_tool_outputs"
QUESTION = cozepy.Message.build_user_question_text("Will it rain?")


def create(coze: Any) -> Any:
    """Ask without a stream."""
    return coze.chat.create(bot_id="1", user_id="u", additional_messages=[QUESTION])


def stream(coze: Any) -> Any:
    """Ask with a stream."""
    return coze.chat.stream(bot_id="1", user_id="u", additional_messages=[QUESTION])


def retrieve(coze: Any) -> Any:
    """Look how a chat is doing."""
    return coze.chat.retrieve(conversation_id="2", chat_id="3")


@pytest.mark.asyncio
class TestBlockingChat:
    """`chat.create` and `chat.retrieve`."""

    async def test_a_question_is_answered_with_a_chat_that_runs(
        self, sdk: Client, wire: Wire, make_chat: Factory, ids: Ids
    ) -> None:
        """Given a question, when a chat is created, then it comes at once, in progress and without an answer."""
        wire.ok(CHAT, make_chat())
        chat = await sdk.ask(create)
        assert (chat.id, chat.conversation_id, chat.status) == (ids.chat, ids.conversation, "in_progress")
        assert (chat.usage, chat.response.logid) == (None, LOGID)

    async def test_the_question_is_sent_as_coze_wants_it(self, sdk: Client, wire: Wire, make_chat: Factory) -> None:
        """Given a question without a conversation, when it is asked, then the conversation is named and empty."""
        wire.ok(CHAT, make_chat())
        await sdk.ask(create)
        body = wire.sent[0].json
        assert wire.sent[0].query == {"conversation_id": ""}
        assert (body["bot_id"], body["user_id"], body["stream"], body["auto_save_history"]) == ("1", "u", False, True)
        (message,) = body["additional_messages"]
        assert (message["role"], message["type"], message["content"]) == ("user", "question", "Will it rain?")

    async def test_everything_else_that_can_be_said(self, sdk: Client, wire: Wire, make_chat: Factory) -> None:
        """Given a conversation, variables, meta data and parameters, when it is asked, then all reach the wire."""
        extra = {"custom_variables": {"city": "Beijing"}, "meta_data": {"k": "v"}, "parameters": {"n": {"m": 1}}}
        wire.ok(CHAT, make_chat())
        await sdk.ask(lambda coze: coze.chat.create(bot_id="1", user_id="u", conversation_id="2", **extra))
        assert wire.sent[0].query == {"conversation_id": "2"}
        assert wire.sent[0].json.items() >= extra.items()

    @pytest.mark.parametrize("status", ["created", "in_progress", "completed", "failed", "requires_action", "canceled"])
    async def test_every_status_can_be_read(self, sdk: Client, wire: Wire, make_chat: Factory, status: str) -> None:
        """Given a chat in some status, when it is retrieved, then both its ids are asked by and the status is told."""
        wire.ok(RETRIEVE, make_chat(status=status))
        assert (await sdk.ask(retrieve)).status == cozepy.ChatStatus(status)
        assert wire.sent[0].query == {"conversation_id": "2", "chat_id": "3"}

    async def test_a_status_of_the_studio_s_is_kept_with_a_warning(
        self, sdk: Client, wire: Wire, make_chat: Factory
    ) -> None:
        """Given a spelling that the SDK does not know, when it is read, then the SDK warns and keeps it."""
        wire.ok(RETRIEVE, make_chat(status="cancelled"))
        with pytest.warns(UserWarning, match="Unknown ChatStatus"):
            assert (await sdk.ask(retrieve)).status == "cancelled"

    async def test_a_completed_chat_tells_its_tokens(
        self, sdk: Client, wire: Wire, make_chat: Factory, make_usage: Factory
    ) -> None:
        """Given a chat that is over, when it is retrieved, then input and output add up."""
        wire.ok(RETRIEVE, make_chat(status="completed", usage=make_usage(), completed_at=1710348680))
        chat = await sdk.ask(retrieve)
        assert (chat.usage.input_count, chat.usage.output_count, chat.usage.token_count) == (7, 5, 12)
        assert chat.completed_at - chat.created_at == 5

    async def test_a_failed_chat_tells_why(self, sdk: Client, wire: Wire, make_chat: Factory) -> None:
        """Given a chat that failed, when it is retrieved, then the call succeeds and the chat has the error."""
        wire.ok(RETRIEVE, make_chat(status="failed", last_error={"code": 5000, "msg": "event interval error"}))
        chat = await sdk.ask(retrieve)
        assert (chat.last_error.code, chat.last_error.msg) == (5000, "event interval error")

    @pytest.mark.parametrize("fields", [{"id": 1}, {"conversation_id": None}, {"last_error": {"code": None}}])
    async def test_what_the_model_does_not_allow_is_an_error(
        self, sdk: Client, wire: Wire, make_chat: Factory, fields: dict[str, object]
    ) -> None:
        """Given an integer id or a null where none may be, when it is read, then the SDK refuses to read it."""
        wire.ok(RETRIEVE, make_chat(**fields))
        with pytest.raises(pydantic.ValidationError):
            await sdk.ask(retrieve)

    @pytest.mark.parametrize("code", [4002, 4016])
    async def test_a_refused_chat_is_told_by_its_code(self, ours: Client, wire: Wire, code: int) -> None:
        """Given a conversation that is gone or busy, when our client asks, then the code tells, after one request."""
        wire.refuse(CHAT, code)
        with pytest.raises(RefusedError, match=str(code)):
            await ours.ask(create)
        assert len(wire.sent) == 1


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note how long the SDK sleeps, and let its clock go on by so much instead."""
    noted: list[float] = []
    monkeypatch.setattr("cozepy.chat.time", SimpleNamespace(sleep=noted.append, time=lambda: sum(noted)))
    return noted


class TestPolling:
    """`chat.create_and_poll`, which only the synchronous SDK has."""

    @staticmethod
    def poll(make_sync: Callable[..., cozepy.Coze], **options: Any) -> cozepy.ChatPoll:
        """Ask and wait."""
        return make_sync().chat.create_and_poll(bot_id="1", user_id="u", additional_messages=[QUESTION], **options)

    @pytest.mark.parametrize("end", ["completed", "failed", "requires_action", "canceled"])
    def test_it_looks_once_a_second_until_the_end(
        self,
        make_sync: Callable[..., cozepy.Coze],
        wire: Wire,
        naps: list[float],
        make_chat: Factory,
        make_usage: Factory,
        make_message: Factory,
        end: str,
    ) -> None:
        """Given a chat that takes two looks, when it is polled, then its end, tokens and messages come."""
        wire.ok(CHAT, make_chat())
        wire.ok(RETRIEVE, make_chat())
        wire.ok(RETRIEVE, make_chat(status=end, usage=make_usage()))
        wire.ok(LISTED, [make_message()])
        polled = self.poll(make_sync)
        assert (polled.chat.status, naps) == (end, [1, 1])
        assert polled.chat.usage is not None
        assert polled.chat.usage.token_count == 12
        assert [message.content for message in polled.messages or []] == ["Sunny."]

    def test_a_chat_that_is_only_created_is_not_waited_for(
        self, make_sync: Callable[..., cozepy.Coze], wire: Wire, naps: list[float], make_chat: Factory
    ) -> None:
        """Given a chat that has not begun, when it is polled, then the SDK asks for its messages at once."""
        wire.ok(CHAT, make_chat(status="created"))
        wire.ok(LISTED, [])
        assert (self.poll(make_sync).chat.status, naps) == ("created", [])

    def test_one_that_takes_too_long_is_cancelled(
        self, make_sync: Callable[..., cozepy.Coze], wire: Wire, naps: list[float], make_chat: Factory
    ) -> None:
        """Given two seconds of patience, when a chat never ends, then it is cancelled and comes as it was."""
        wire.ok(CHAT, make_chat())
        wire.ok(RETRIEVE, make_chat())
        wire.ok(CANCEL, make_chat(status="canceled"))
        polled = self.poll(make_sync, poll_timeout=2)
        assert (polled.chat.status, polled.messages, naps) == ("in_progress", None, [1, 1, 1])

    def test_one_that_ended_while_it_was_cancelled_is_whole(
        self, make_sync: Callable[..., cozepy.Coze], wire: Wire, naps: list[float], make_chat: Factory
    ) -> None:
        """Given a chat that ends just before it is cancelled, when Coze says 4104, then its end is looked up."""
        wire.ok(CHAT, make_chat())
        wire.ok(RETRIEVE, make_chat())
        wire.ok(RETRIEVE, make_chat(status="completed"))
        wire.refuse(CANCEL, 4104)
        wire.ok(LISTED, [])
        assert self.poll(make_sync, poll_timeout=0).chat.status == "completed"
        assert naps == [1]


@pytest.mark.asyncio
class TestStream:
    """`chat.stream` of the SDK as it comes: every event of the protocol."""

    async def test_an_ordinary_answer_has_its_events_in_order(
        self, sdk: Client, wire: Wire, whole_chat: list[bytes]
    ) -> None:
        """Given an answer of three pieces, when it is read, then each event comes but the last, which ends it."""
        wire.stream(CHAT, *whole_chat)
        events = await sdk.events(stream)
        assert [str(event.event.value).removeprefix("conversation.") for event in events] == [
            "chat.created", "chat.in_progress", *["message.delta"] * 3, *["message.completed"] * 3, "chat.completed",
        ]  # fmt: skip
        assert {event.response.logid for event in events} == {LOGID}
        assert wire.sent[0].json["stream"] is True

    async def test_the_pieces_make_the_whole(self, sdk: Client, wire: Wire, whole_chat: list[bytes]) -> None:
        """Given an answer, when its deltas are joined, then they are the completed message; tokens come last."""
        wire.stream(CHAT, *whole_chat)
        events = await sdk.events(stream)
        deltas = [event.message for event in events if event.event == "conversation.message.delta"]
        done = [event.message for event in events if event.event == "conversation.message.completed"]
        assert "".join(message.content for message in deltas) == done[0].content == "Sunny."
        assert "".join(message.reasoning_content or "" for message in deltas) == "Hm."
        assert events[-1].chat.usage.token_count == 12

    @pytest.mark.parametrize("kind", ["answer", "function_call", "tool_response", "verbose", "follow_up"])
    async def test_a_message_of_every_type_comes_whole(
        self, sdk: Client, wire: Wire, make_message: Factory, kind: str
    ) -> None:
        """Given a completed message of some type, when it is read, then type and content are there."""
        content = json.dumps({"name": "get_weather", "arguments": {"city": "北京"}})
        wire.stream(CHAT, event("conversation.message.completed", make_message(type=kind, content=content)))
        (only,) = await sdk.events(stream)
        assert (only.message.type, only.message.content) == (cozepy.MessageType(kind), content)

    @pytest.mark.parametrize("status", ["created", "in_progress", "completed", "failed", "requires_action"])
    async def test_a_status_comes_as_an_event(self, sdk: Client, wire: Wire, make_chat: Factory, status: str) -> None:
        """Given an event of the chat, when it is read, then it holds the chat and no message."""
        wire.stream(CHAT, event(f"conversation.chat.{status}", make_chat(status=status)))
        (only,) = await sdk.events(stream)
        assert (only.event, only.chat.status) == (f"conversation.chat.{status}", status)
        assert (only.message, only.unknown) == (None, None)

    async def test_sound_is_decoded(self, sdk: Client, wire: Wire, make_message: Factory) -> None:
        """Given a piece of speech, when it is read, then its bytes can be had."""
        wire.stream(CHAT, event("conversation.audio.delta", make_message(content_type="audio", content="AAEC")))
        (only,) = await sdk.events(stream)
        assert (only.event, only.message.get_audio()) == ("conversation.audio.delta", b"\x00\x01\x02")

    @pytest.mark.parametrize("name", ["conversation.chat.canceled", "ping", "new"])
    async def test_an_event_that_is_new_is_unknown(self, sdk: Client, wire: Wire, name: str) -> None:
        """Given an event that the SDK does not know, when it is read, then it comes raw and the rest goes on."""
        wire.stream(CHAT, event(name, {"a": 1}), DONE)
        (only,) = await sdk.events(stream)
        assert (only.event, only.unknown) == ("unknown", {"event": name, "data": '{"a": 1}'})

    async def test_what_follows_done_still_comes(self, sdk: Client, wire: Wire, whole_chat: list[bytes]) -> None:
        """Given events after `done`, when the stream is read, then the SDK does not stop there."""
        wire.stream(CHAT, DONE, *whole_chat)
        assert len(await sdk.events(stream)) == len(whole_chat) - 1

    async def test_an_error_event_is_a_bare_exception(self, sdk: Client, wire: Wire) -> None:
        """Given an error in the stream, when it is read, then the SDK raises a bare Exception with its data."""
        wire.stream(CHAT, event("error", {"code": 4000, "msg": "no"}))
        with pytest.raises(Exception, match=r'error event: \{"code": 4000') as caught:
            await sdk.events(stream)
        assert type(caught.value) is Exception

    async def test_a_refusal_before_the_stream_is_an_api_error(self, sdk: Client, wire: Wire) -> None:
        """Given JSON instead of a stream, when it is opened, then the SDK raises its code and log id."""
        wire.refuse(CHAT, 4016)
        with pytest.raises(cozepy.CozeAPIError) as caught:
            await sdk.events(stream)
        assert (caught.value.code, caught.value.logid) == (4016, LOGID)


@pytest.mark.asyncio
class TestLifecycle:
    """created, in_progress, and then an end."""

    @pytest.mark.parametrize("end", ["completed", "failed", "requires_action"])
    async def test_each_step_is_told(self, ours: Client, wire: Wire, make_chat: Factory, end: str) -> None:
        """Given a chat that ends without `done`, when our client reads it, then its end is the last event."""
        states = ["created", "in_progress", end]
        wire.stream(CHAT, *[event(f"conversation.chat.{state}", make_chat(status=state)) for state in states])
        assert [event.chat.status for event in await ours.events(stream)] == states

    async def test_a_failure_comes_with_its_code(self, ours: Client, wire: Wire, make_chat: Factory) -> None:
        """Given a chat that fails, when it is read, then nothing is raised and the chat has the error."""
        error = {"code": 5000, "msg": "event interval error"}
        wire.stream(CHAT, event("conversation.chat.failed", make_chat(status="failed", last_error=error)))
        (only,) = await ours.events(stream)
        assert only.chat.last_error.code == 5000

    async def test_an_action_names_the_tool_and_its_arguments(
        self, ours: Client, wire: Wire, make_chat: Factory, make_action: Factory
    ) -> None:
        """Given a bot that wants a tool run, when its stream is read, then id, name and arguments are there."""
        asks = make_chat(status="requires_action", required_action=make_action())
        wire.stream(CHAT, event("conversation.chat.requires_action", asks), DONE)
        (only,) = await ours.events(stream)
        (call,) = only.chat.required_action.submit_tool_outputs.tool_calls
        assert (call.id, call.function.name, json.loads(call.function.arguments)) == (
            "call_1", "get_weather", {"city": "Beijing"},
        )  # fmt: skip

    async def test_a_running_chat_can_be_cancelled(self, sdk: Client, wire: Wire, make_chat: Factory) -> None:
        """Given a running chat, when it is cancelled, then both ids are in the body and its status is told."""
        wire.ok(CANCEL, make_chat(status="canceled"))
        chat = await sdk.ask(lambda coze: coze.chat.cancel(conversation_id="2", chat_id="3"))
        assert chat.status == cozepy.ChatStatus.CANCELED
        assert wire.sent[0].json == {"conversation_id": "2", "chat_id": "3"}

    async def test_one_that_is_over_cannot(self, ours: Client, wire: Wire) -> None:
        """Given a chat that has ended, when it is cancelled, then it is refused with 4104."""
        wire.refuse(CANCEL, 4104)
        with pytest.raises(RefusedError, match="4104"):
            await ours.ask(lambda coze: coze.chat.cancel(conversation_id="2", chat_id="3"))

    async def test_the_site_accepts_the_studio_s_yes(self, gateway: Gateway, wire: Wire) -> None:
        """Given a Studio whose yes has no `data`, when the site cancels, then in a hurry and without complaint."""
        wire.json(CANCEL, {"code": 0, "msg": "", "ChatV3ChatDetail": {}})
        gateway.chats.cancel("2", "3")
        assert wire.sent[0].read_timeout == 3

    async def test_its_messages_are_listed(self, sdk: Client, wire: Wire, make_message: Factory) -> None:
        """Given a chat that is over, when its messages are listed, then they come in Coze's order, by both ids."""
        wire.ok(LISTED, [make_message(type="verbose", content="{}"), make_message()])
        found = await sdk.ask(lambda coze: coze.chat.messages.list(conversation_id="2", chat_id="3"))
        assert [(message.type, message.content) for message in found] == [("verbose", "{}"), ("answer", "Sunny.")]
        assert wire.sent[0].query == {"conversation_id": "2", "chat_id": "3"}
        assert found.response.logid == LOGID


@pytest.mark.asyncio
class TestToolOutputs:
    """`chat.submit_tool_outputs`: the caller has run the tool."""

    OUTPUTS = (cozepy.ToolOutput(tool_call_id="call_1", output="22 °C"),)

    def submit(self, client: Client, *, streams: bool) -> Callable[[Any], Any]:
        """Hand in the outputs; only the synchronous SDK has one method for both ways."""
        ids = {"conversation_id": "2", "chat_id": "3", "tool_outputs": list(self.OUTPUTS)}
        if not client.is_async:
            return lambda coze: coze.chat.submit_tool_outputs(**ids, stream=streams)
        name = "submit_tool_outputs_stream" if streams else "submit_tool_outputs"
        return lambda coze: getattr(coze.chat, name)(**ids)

    async def test_the_chat_goes_on(self, sdk: Client, wire: Wire, make_chat: Factory) -> None:
        """Given a bot that waits for a tool, when its output is handed in, then the chat is in progress again."""
        wire.ok(SUBMIT, make_chat())
        assert (await sdk.ask(self.submit(sdk, streams=False))).status == "in_progress"
        assert wire.sent[0].query == {"conversation_id": "2", "chat_id": "3"}
        outputs = [{"tool_call_id": "call_1", "output": "22 °C"}]
        assert wire.sent[0].json == {"tool_outputs": outputs, "stream": False}

    async def test_the_stream_goes_on(self, sdk: Client, wire: Wire, whole_chat: list[bytes]) -> None:
        """Given the same, when a stream is asked for, then the rest of the answer comes in it."""
        wire.stream(SUBMIT, *whole_chat)
        events = await sdk.events(self.submit(sdk, streams=True))
        assert events[-1].event == "conversation.chat.completed"
        assert wire.sent[0].json["stream"] is True

    @pytest.mark.parametrize("streams", [True, False])
    async def test_outputs_that_come_too_late_are_refused(self, ours: Client, wire: Wire, *, streams: bool) -> None:
        """Given a chat that no longer waits, when outputs are handed in, then the refusal is told in either way."""
        wire.refuse(SUBMIT, 5000)
        with pytest.raises(RefusedError, match="5000"):
            await (ours.events if streams else ours.ask)(self.submit(ours, streams=streams))


CREATED = event("conversation.chat.created", {"id": "3", "conversation_id": "2"})
DELTA = event("conversation.message.delta", {"role": "assistant", "content": "Sun", "content_type": "text"})


@pytest.mark.asyncio
class TestBrokenStream:
    """What the SDK alone makes of a stream that is cut or strange, and what our clients make of it."""

    @pytest.mark.parametrize("body", [b"", CREATED, CREATED + DELTA, CREATED + b"event:conversation.message.delta\n"])
    async def test_the_sdk_takes_a_cut_for_an_end(self, sdk: Client, wire: Wire, body: bytes) -> None:
        """Given a stream that stops between two events, when the SDK as it comes reads it, then it just ends."""
        wire.stream(CHAT, body)
        assert len(await sdk.events(stream)) == body.count(b"data:")

    @pytest.mark.parametrize("body", [b"", CREATED, CREATED + DELTA, CREATED + DELTA[:60]])
    async def test_our_async_stream_does_not(self, ours_async: AsyncClient, wire: Wire, body: bytes) -> None:
        """Given the same, or a cut inside an event, when our client reads it, then it is a broken stream."""
        wire.stream(CHAT, body)
        with pytest.raises(BrokenStreamError, match="upstream_truncated"):
            await ours_async.events(stream)

    @pytest.mark.parametrize(
        ("body", "raised"),
        [
            (DELTA[:60] + b"\n\n", pydantic.ValidationError),
            (b"event:conversation.message.delta\ndata:{}\n\n", pydantic.ValidationError),
            (b": comment\n\n" + DELTA, cozepy.CozeInvalidEventError),
            (b"id: 1\n" + DELTA, cozepy.CozeInvalidEventError),
            (b"event:ping\n\n" + DELTA, cozepy.CozeInvalidEventError),
            (DELTA.replace(b"Sun", "Sun\u2028".encode()), pydantic.ValidationError),
        ],
    )
    async def test_the_sdk_dies_of_what_it_cannot_read(
        self, sdk: Client, wire: Wire, body: bytes, raised: type[Exception]
    ) -> None:
        """Given half an event, a comment, an id or a strange line end, when the SDK reads on, then it raises."""
        wire.stream(CHAT, CREATED, body)
        with pytest.raises(raised):
            await sdk.events(stream)

    @pytest.mark.parametrize("noise", [b": comment\n\n", b"id: 1\n", b"event:ping\n\n", b"retry: 5\n\n", b"\r\n"])
    async def test_our_async_stream_reads_on(
        self, ours_async: AsyncClient, wire: Wire, whole_chat: list[bytes], noise: bytes
    ) -> None:
        """Given what standards allow between events, when our client reads it, then the whole answer comes."""
        wire.stream(CHAT, *[noise + piece for piece in whole_chat])
        assert len(await ours_async.events(stream)) == len(whole_chat) - 1

    @pytest.mark.parametrize("sign", ["\u0085", "\u2028", "\u2029"])
    async def test_our_async_stream_keeps_signs_that_look_like_line_ends(
        self, ours_async: AsyncClient, wire: Wire, sign: str
    ) -> None:
        """Given a sign that httpx takes for a line end, raw in the JSON, when our client reads it, then it is kept."""
        wire.stream(CHAT, DELTA.replace(b"Sun", f"Sun{sign}ny".encode()), DONE)
        assert [event.message.content for event in await ours_async.events(stream)] == [f"Sun{sign}ny"]

    async def test_a_connection_that_breaks_is_httpx_s_error(self, sdk: Client, wire: Wire) -> None:
        """Given a connection that is lost in the stream, when the SDK as it comes reads it, then httpx raises."""
        wire.stream(CHAT, CREATED, breaks=True)
        with pytest.raises(httpx.RemoteProtocolError):
            await sdk.events(stream)

    async def test_ours_is_told_with_its_logid(self, ours_async: AsyncClient, wire: Wire) -> None:
        """Given the same, when our client reads it, then it is a broken stream that support can find."""
        wire.stream(CHAT, CREATED, breaks=True)
        with pytest.raises(BrokenStreamError, match="upstream_truncated") as caught:
            await ours_async.events(stream)
        assert caught.value.logid == LOGID

    @pytest.mark.parametrize(
        ("data", "code"), [({"code": 4013, "msg": "upstream words"}, "4013"), ("upstream words", "upstream_error")]
    )
    async def test_an_error_event_is_ours_without_coze_s_words(
        self, ours_async: AsyncClient, wire: Wire, data: object, code: str
    ) -> None:
        """Given an error in the stream, JSON or not, when our client reads it, then the code is told and no text."""
        wire.stream(CHAT, CREATED, event("error", data))
        with pytest.raises(RefusedError) as caught:
            await ours_async.events(stream)
        assert (caught.value.code, "upstream words" in str(caught.value)) == (code, False)


class TestSiteStream:
    """`Gateway.chats.open`: the bytes that the page gets, and what `answers` reads in them."""

    @staticmethod
    def read(gateway: Gateway) -> tuple[ChatAnswer, str]:
        """Ask, read to the end, and return what was understood and the log id."""
        answer = ChatAnswer()
        with closing(gateway.chats.open(prompt_of("Will it rain?", bot_id="1", user_id="u"), Call())) as opened:
            for frame in FrameParser().feed(b"".join(opened)):
                answer.take(frame)
        answer.finish()
        return answer, opened.logid

    def test_a_whole_answer_is_understood(
        self, gateway: Gateway, wire: Wire, whole_chat: list[bytes], ids: Ids
    ) -> None:
        """Given an ordinary answer, when the site reads it, then text, tokens, ids and log id are known."""
        wire.stream(CHAT, *whole_chat)
        answer, logid = self.read(gateway)
        assert (answer.text, answer.chat_id, answer.conversation_id) == ("Sunny.", ids.chat, ids.conversation)
        assert (answer.usage, logid) == ({"token_count": 12, "output_count": 5, "input_count": 7}, LOGID)
        assert wire.sent[0].read_timeout is None

    @pytest.mark.parametrize("breaks", [True, False])
    def test_half_an_answer_is_a_broken_stream(self, gateway: Gateway, wire: Wire, *, breaks: bool) -> None:
        """Given a connection that is lost or closed half-way, when the site reads it, then it does not seem whole."""
        wire.stream(CHAT, CREATED, DELTA, breaks=breaks)
        with pytest.raises(BrokenStreamError, match="upstream_truncated"):
            self.read(gateway)

    @pytest.mark.parametrize(
        ("name", "data", "code"),
        [
            ("conversation.chat.failed", {"last_error": {"code": 5000, "msg": "x"}}, "5000"),
            ("conversation.chat.failed", {"code": 701231, "msg": "x"}, "701231"),
            ("error", {"code": 4013, "msg": "x"}, "4013"),
            ("conversation.chat.canceled", {}, "chat_canceled"),
            ("conversation.chat.requires_action", {}, "requires_action"),
            ("conversation.message.delta", "{cut", "upstream_malformed"),
        ],
    )
    def test_every_bad_end_is_told(self, gateway: Gateway, wire: Wire, name: str, data: object, code: str) -> None:
        """Given an answer that ends badly, when the site reads it, then the error has the right code."""
        wire.stream(CHAT, CREATED, event(name, data))
        with pytest.raises((RefusedError, BrokenStreamError), match=code):
            self.read(gateway)


CONVERSATION = "/v1/conversations/2"
MESSAGES = "POST /v1/conversation/message"


@pytest.mark.asyncio
class TestConversations:
    """`conversations`: create, retrieve, list, update, delete, clear."""

    async def test_one_is_created_with_its_first_messages(
        self, sdk: Client, wire: Wire, make_conversation: Factory, ids: Ids
    ) -> None:
        """Given a bot, a name and a message, when a conversation is created, then no nulls are sent."""
        wire.ok("POST /v1/conversation/create", make_conversation())
        made = await sdk.ask(lambda coze: coze.conversations.create(bot_id="1", name="Holidays", messages=[QUESTION]))
        assert (made.id, made.last_section_id, made.response.logid) == (ids.conversation, ids.section, LOGID)
        message = {"role": "user", "type": "question", "content": "Will it rain?", "content_type": "text"}
        assert wire.sent[0].json == {"bot_id": "1", "name": "Holidays", "messages": [message]}

    async def test_nothing_at_all_is_enough(self, sdk: Client, wire: Wire, make_conversation: Factory) -> None:
        """Given nothing to say, when a conversation is created, then an empty object is sent."""
        wire.ok("POST /v1/conversation/create", make_conversation())
        await sdk.ask(lambda coze: coze.conversations.create())
        assert wire.sent[0].json == {}

    async def test_one_is_retrieved(self, sdk: Client, wire: Wire, make_conversation: Factory) -> None:
        """Given a conversation, when it is retrieved, then by its id, and with name and meta data."""
        wire.ok("GET /v1/conversation/retrieve", make_conversation())
        found = await sdk.ask(lambda coze: coze.conversations.retrieve(conversation_id="2"))
        assert (found.name, found.meta_data, wire.sent[0].query) == (
            "Holidays",
            {"uuid": "x"},
            {"conversation_id": "2"},
        )

    async def test_they_are_listed_page_by_page(
        self, sdk: Client, wire: Wire, play_page: Callable[..., None], make_conversation: Factory
    ) -> None:
        """Given two pages, when all are read, then Coze's has_more leads to the second and ends there."""
        play_page("conversations", [make_conversation(id="1")], has_more=True)
        play_page("conversations", [make_conversation(id="2")], has_more=False)
        found = await sdk.items(lambda coze: coze.conversations.list(bot_id="9", page_size=1))
        assert [conversation.id for conversation in found] == ["1", "2"]
        assert [sent.query["page_num"] for sent in wire.sent] == ["1", "2"]
        assert wire.sent[0].query == {"bot_id": "9", "page_num": "1", "page_size": "1"}

    async def test_one_is_renamed(self, sdk: Client, wire: Wire, make_conversation: Factory) -> None:
        """Given a conversation, when it is renamed, then by PUT, and it comes back changed."""
        wire.ok(f"PUT {CONVERSATION}", make_conversation(name="Work"))
        changed = await sdk.ask(lambda coze: coze.conversations.update(conversation_id="2", name="Work"))
        assert (changed.name, wire.sent[0].json) == ("Work", {"name": "Work"})

    async def test_one_is_deleted(self, sdk: Client, wire: Wire) -> None:
        """Given a conversation, when it is deleted, then the answer has no data but a log id."""
        wire.json(f"DELETE {CONVERSATION}", {"code": 0, "msg": ""}, x_tt_logid=LOGID)
        done = await sdk.ask(lambda coze: coze.conversations.delete(conversation_id="2"))
        assert done.response.logid == LOGID

    async def test_one_is_cleared_by_a_new_section(self, sdk: Client, wire: Wire) -> None:
        """Given a conversation, when it is cleared, then its new section comes."""
        wire.ok(f"POST {CONVERSATION}/clear", {"id": "77", "conversation_id": "2"})
        section = await sdk.ask(lambda coze: coze.conversations.clear(conversation_id="2"))
        assert (section.id, section.conversation_id) == ("77", "2")

    @pytest.mark.parametrize("missing", ["meta_data", "last_section_id", "created_at"])
    async def test_without_a_required_field_there_is_none(
        self, sdk: Client, wire: Wire, make_conversation: Factory, missing: str
    ) -> None:
        """Given a null where the model allows none, when it is read, then the SDK refuses it."""
        wire.ok("GET /v1/conversation/retrieve", make_conversation(**{missing: None}))
        with pytest.raises(pydantic.ValidationError, match=missing):
            await sdk.ask(lambda coze: coze.conversations.retrieve(conversation_id="2"))

    async def test_one_that_is_gone_is_refused(self, ours: Client, wire: Wire) -> None:
        """Given a conversation that is not there, when our client asks for it, then the code is 4002."""
        wire.refuse("GET /v1/conversation/retrieve", 4002)
        with pytest.raises(RefusedError, match="4002"):
            await ours.ask(lambda coze: coze.conversations.retrieve(conversation_id="2"))


@pytest.mark.asyncio
class TestConversationMessages:
    """`conversations.messages`: paged by the id of the last one."""

    async def test_three_pages_are_walked_by_the_last_id(
        self, sdk: Client, wire: Wire, play_messages: Callable[..., None], make_message: Factory
    ) -> None:
        """Given three pages, when all are read from `before_id` on, then each next page is after the last id."""
        for number in (1, 2, 3):
            play_messages([make_message(id=f"{number}0"), make_message(id=f"{number}1")], more=number < 3)
        ask = {"conversation_id": "2", "order": "asc", "chat_id": "3", "before_id": "99", "limit": 2}
        found = await sdk.items(lambda coze: coze.conversations.messages.list(**ask))
        assert [message.id for message in found] == ["10", "11", "20", "21", "30", "31"]
        places = [(sent.json["before_id"], sent.json["after_id"]) for sent in wire.sent]
        assert places == [("99", None), (None, "11"), (None, "21")]
        assert wire.sent[0].json.items() >= {"order": "asc", "chat_id": "3", "limit": 2}.items()
        assert wire.sent[0].query == {"conversation_id": "2"}

    async def test_a_page_knows_its_ids(
        self, sdk: Client, play_messages: Callable[..., None], make_message: Factory
    ) -> None:
        """Given a page, when it is read, then its first and last id, its successor and its log id are known."""
        play_messages([make_message(id="10"), make_message(id="11")], more=True)
        page = await sdk.ask(lambda coze: coze.conversations.messages.list(conversation_id="2"))
        assert (page.first_id, page.last_id, page.has_more, page.response.logid) == ("10", "11", True, LOGID)

    async def test_no_messages_are_one_empty_page(
        self, sdk: Client, wire: Wire, play_messages: Callable[..., None]
    ) -> None:
        """Given an empty conversation, when all are read, then nothing comes after one request."""
        play_messages([])
        assert await sdk.items(lambda coze: coze.conversations.messages.list(conversation_id="2")) == []
        assert len(wire.sent) == 1

    async def test_one_is_added(self, sdk: Client, wire: Wire, make_message: Factory) -> None:
        """Given a text, when it is added, then role and types are sent as plain words."""
        wire.ok(f"{MESSAGES}/create", make_message(role="user", content="Hi"))
        text, user = cozepy.MessageContentType.TEXT, cozepy.MessageRole.USER
        made = await sdk.ask(
            lambda coze: coze.conversations.messages.create(
                conversation_id="2", role=user, content="Hi", content_type=text
            )
        )
        assert (made.content, made.role) == ("Hi", "user")
        assert wire.sent[0].json == {"role": "user", "content": "Hi", "content_type": "text", "meta_data": None}

    @pytest.mark.parametrize(
        ("name", "where"), [("retrieve", "GET /v1/conversation/message/retrieve"), ("delete", f"{MESSAGES}/delete")]
    )
    async def test_one_is_retrieved_or_deleted_by_its_ids(
        self, sdk: Client, wire: Wire, make_message: Factory, name: str, where: str
    ) -> None:
        """Given a message, when it is retrieved or deleted, then it comes whole, asked for by both ids."""
        wire.ok(where, make_message())
        ask = {"conversation_id": "2", "message_id": "5"}
        found = await sdk.ask(lambda coze: getattr(coze.conversations.messages, name)(**ask))
        assert (found.content, wire.sent[0].query) == ("Sunny.", ask)

    async def test_one_is_changed(self, sdk: Client, wire: Wire, make_message: Factory) -> None:
        """Given a message, when its text is changed, then the answer is read from `message`, not `data`."""
        wire.json(f"{MESSAGES}/modify", {"code": 0, "msg": "", "message": make_message(content="Rain.")})
        ask = {"conversation_id": "2", "message_id": "5"}
        changed = await sdk.ask(lambda coze: coze.conversations.messages.update(**ask, content="Rain."))
        assert (changed.content, wire.sent[0].query) == ("Rain.", ask)
        assert wire.sent[0].json == {"content": "Rain.", "content_type": None, "meta_data": None}


class TestSiteConversations:
    """Conversations as the site asks for them."""

    def test_first_messages_have_the_type_of_their_role(
        self, gateway: Gateway, wire: Wire, make_conversation: Factory
    ) -> None:
        """Given what visitor and bot have said, when a conversation begins with it, then as question and answer."""
        wire.ok("POST /v1/conversation/create", make_conversation())
        said = [NewMessage(content="Rain?"), NewMessage(content="No.", role="assistant", meta_data={"k": "v"})]
        made = gateway.conversations.create(NewConversation(bot_id="1", messages=said))
        assert [message["type"] for message in wire.sent[0].json["messages"]] == ["question", "answer"]
        assert (made.name, made.logid) == ("Holidays", LOGID)

    def test_a_list_has_no_total(
        self, gateway: Gateway, play_page: Callable[..., None], make_conversation: Factory
    ) -> None:
        """Given a list that Coze does not count, when a page is shown, then its total is unknown and ids are once."""
        play_page("conversations", [make_conversation(), make_conversation()], has_more=True)
        page = gateway.conversations.list("1", 1, 20)
        assert (len(page.items), page.total, page.has_more) == (1, None, True)

    def test_one_is_retrieved_renamed_cleared_and_deleted(
        self, gateway: Gateway, wire: Wire, make_conversation: Factory
    ) -> None:
        """Given a conversation, when the site does all that can be done, then each answer has its log id."""
        wire.ok("GET /v1/conversation/retrieve", make_conversation())
        wire.ok(f"PUT {CONVERSATION}", make_conversation(name="Work"))
        wire.ok(f"POST {CONVERSATION}/clear", {"id": "77", "conversation_id": "2"})
        wire.ok(f"DELETE {CONVERSATION}")
        assert gateway.conversations.retrieve("2").logid == LOGID
        assert gateway.conversations.rename("2", "Work").name == "Work"
        assert gateway.conversations.clear("2").id == "77"
        assert gateway.conversations.delete("2") == LOGID

    def test_messages_are_paged_by_id(
        self, gateway: Gateway, wire: Wire, play_messages: Callable[..., None], make_message: Factory
    ) -> None:
        """Given a page of messages, when it is shown, then with the ids to go on by, and no number."""
        play_messages([make_message(id="10"), make_message(id="11")], more=True)
        page = gateway.conversations.messages("2", MessageQuery(after_id="9", page_size=2, order="asc"))
        assert (page.first_id, page.last_id, page.has_more, page.page_num, page.total) == ("10", "11", True, None, None)
        assert wire.sent[0].json.items() >= {"after_id": "9", "limit": 2, "order": "asc"}.items()

    def test_a_message_is_added(self, gateway: Gateway, wire: Wire, make_message: Factory) -> None:
        """Given a text, when the site adds it, then the conversation is named and the message comes back."""
        wire.ok(f"{MESSAGES}/create", make_message(content="Hi"))
        assert gateway.conversations.add_message("2", NewMessage(content="Hi")).content == "Hi"
        assert wire.sent[0].query == {"conversation_id": "2"}
