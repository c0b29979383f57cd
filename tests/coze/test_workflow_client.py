"""Workflows: blocking, streamed and asynchronous runs, questions in between, what is kept of a run, and the run log."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import cozepy
import pydantic
import pytest

from coze_web.answers import ChatflowAnswer, RunAnswer
from coze_web.call import Call
from coze_web.errors import BrokenStreamError, RefusedError, RequestError, UpstreamError
from coze_web.inputs import ResumeRequest, RunRequest, WorkflowChatRequest
from coze_web.runlog import NewRun, Outcome, RunFilter, RunLog
from coze_web.sse import FrameParser
from tests.coze_wire import DEBUG_URL, LOGID, event, run_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coze_web.gateway import EventStream, Gateway
    from tests.coze.conftest import AsyncClient, Client, Factory, Ids, Wire

RUN, STREAM, RESUME = "POST /v1/workflow/run", "POST /v1/workflow/stream_run", "POST /v1/workflow/stream_resume"
CHATFLOW = "POST /v1/workflows/chat"
HISTORY = "GET /v1/workflows/4/run_histories/8"
NODE = f"{HISTORY}/execute_nodes"


def run(coze: Any) -> Any:
    """Run a workflow and wait."""
    return coze.workflows.runs.create(workflow_id="4", parameters={"city": "Beijing"})


def stream(coze: Any) -> Any:
    """Run a workflow and hear of each node."""
    return coze.workflows.runs.stream(workflow_id="4", parameters={"city": "Beijing"})


def history(coze: Any) -> Any:
    """Look what is kept of a run."""
    return coze.workflows.runs.run_histories.retrieve(workflow_id="4", execute_id="8")


@pytest.mark.asyncio
class TestBlockingRun:
    """`workflows.runs.create`."""

    async def test_the_result_comes_with_its_tokens(
        self, sdk: Client, wire: Wire, make_run_result: Factory, ids: Ids
    ) -> None:
        """Given a run that ends in time, when it is made, then output, tokens, debug link and log id come."""
        wire.ok(RUN, **make_run_result())
        result = await sdk.ask(run)
        assert (result.data, result.execute_id, result.debug_url) == ('{"output":"Sunny."}', ids.execute, DEBUG_URL)
        assert (result.usage.token_count, result.response.logid) == (12, LOGID)

    async def test_only_what_was_given_is_sent(self, sdk: Client, wire: Wire, make_run_result: Factory) -> None:
        """Given parameters, when a run is made, then neither bot nor app is named, and it is not asynchronous."""
        wire.ok(RUN, **make_run_result())
        await sdk.ask(run)
        assert wire.sent[0].json == {"workflow_id": "4", "parameters": {"city": "Beijing"}, "is_async": False}

    @pytest.mark.parametrize("home", [{"bot_id": "1"}, {"app_id": "2"}, {"ext": {"user_id": "u"}}])
    async def test_a_run_can_have_a_home(
        self, sdk: Client, wire: Wire, make_run_result: Factory, home: dict[str, Any]
    ) -> None:
        """Given a bot, an app or further fields, when a run is made, then they are sent as they are."""
        wire.ok(RUN, **make_run_result())
        await sdk.ask(lambda coze: coze.workflows.runs.create(workflow_id="4", **home))
        assert wire.sent[0].json == {"workflow_id": "4", "is_async": False, **home}

    @pytest.mark.parametrize("fields", [{"data": {"output": "x"}}, {"debug_url": None, "data": 5}])
    async def test_output_that_is_no_text_cannot_be_read(
        self, sdk: Client, wire: Wire, make_run_result: Factory, fields: dict[str, Any]
    ) -> None:
        """Given an object or number as output, when a run is made, then the SDK refuses to read it."""
        wire.ok(RUN, **make_run_result(**fields))
        with pytest.raises(pydantic.ValidationError):
            await sdk.ask(run)

    @pytest.mark.parametrize(
        ("code", "retryable"),
        [
            (6023, True),
            (720702085, True),
            (720701013, True),
            (4200, False),
            (6031, False),
            (4000, False),
            (6039, False),
        ],
    )
    async def test_a_failed_run_is_told_by_its_code(
        self, ours: Client, wire: Wire, code: int, *, retryable: bool
    ) -> None:
        """Given a timeout, a fault or no such workflow, when it is run, then its code says if to try again."""
        wire.refuse(RUN, code)
        with pytest.raises(RefusedError) as caught:
            await ours.ask(run)
        assert (caught.value.code, caught.value.retryable, len(wire.sent)) == (str(code), retryable, 1)

    async def test_a_failed_run_has_its_debug_link(self, ours: Client, wire: Wire) -> None:
        """Given a refusal with a debug link, when a run is made, then link and words are kept for the owner's log."""
        wire.json(RUN, {"code": 720701013, "msg": "server issues", "debug_url": DEBUG_URL})
        with pytest.raises(RefusedError) as caught:
            await ours.ask(run)
        assert (caught.value.debug_url, caught.value.text) == (DEBUG_URL, "server issues")
        assert "server issues" not in caught.value.body("en", "")["message"]

    async def test_the_sdk_alone_tells_the_link_too(self, sdk: Client, wire: Wire) -> None:
        """Given the same, when the SDK as it comes meets it, then its error has code and link."""
        wire.json(RUN, {"code": 720701013, "msg": "server issues", "debug_url": DEBUG_URL})
        with pytest.raises(cozepy.CozeAPIError) as caught:
            await sdk.ask(run)
        assert (caught.value.code, caught.value.debug_url) == (720701013, DEBUG_URL)


@pytest.mark.asyncio
class TestAsyncRun:
    """A run with `is_async`, whose result is looked up by its id."""

    async def test_it_answers_with_an_id_only(self, sdk: Client, wire: Wire, ids: Ids) -> None:
        """Given an asynchronous run, when it is begun, then its id comes, and no output yet."""
        wire.json(RUN, {"code": 0, "msg": "", "debug_url": DEBUG_URL, "execute_id": ids.execute})
        begun = await sdk.ask(lambda coze: coze.workflows.runs.create(workflow_id="4", is_async=True))
        assert (begun.execute_id, begun.data, begun.usage) == (ids.execute, None, None)
        assert wire.sent[0].json == {"workflow_id": "4", "is_async": True}

    async def test_its_result_is_looked_up_until_it_is_there(
        self, sdk: Client, wire: Wire, make_run_history: Factory
    ) -> None:
        """Given a run that takes two looks, when it is looked up, then it is running first and then has its output."""
        wire.ok(HISTORY, [make_run_history(execute_status="Running", output="")])
        wire.ok(HISTORY, [make_run_history()])
        looks = [await sdk.ask(history), await sdk.ask(history)]
        assert [(look.execute_status.value, look.output) for look in looks] == [
            ("Running", ""), ("Success", '{"Output":"Sunny."}'),
        ]  # fmt: skip

    async def test_a_plan_without_it_is_refused(self, ours: Client, wire: Wire) -> None:
        """Given the free plan, when an asynchronous run is begun, then it is refused for good with 6003."""
        wire.refuse(RUN, 6003)
        with pytest.raises(RefusedError) as caught:
            await ours.ask(lambda coze: coze.workflows.runs.create(workflow_id="4", is_async=True))
        assert (caught.value.code, caught.value.retryable) == ("6003", False)


@pytest.mark.asyncio
class TestStreamedRun:
    """`workflows.runs.stream`, event by event."""

    async def test_each_node_is_heard(self, sdk: Client, wire: Wire, whole_run: list[bytes]) -> None:
        """Given a run of two nodes, when it is streamed, then both messages come in order, and Done ends it."""
        wire.stream(STREAM, *whole_run)
        events = await sdk.events(stream)
        assert [(event.id, event.event.value, event.message.node_title) for event in events] == [
            (0, "Message", "Message"), (1, "Message", "End"),
        ]  # fmt: skip
        assert (events[-1].message.content, events[-1].message.usage.token_count) == ("Sunny.", 12)
        assert wire.sent[0].json == {"workflow_id": "4", "parameters": {"city": "Beijing"}}

    async def test_the_pieces_of_a_node_are_numbered(self, sdk: Client, wire: Wire, make_run_message: Factory) -> None:
        """Given a node that speaks twice, when it is heard, then only its last piece says that it is the last."""
        pieces = [make_run_message(node_seq_id=str(n), node_is_finish=n == 1) for n in (0, 1)]
        wire.stream(STREAM, *[run_event(n, "Message", piece) for n, piece in enumerate(pieces)])
        messages = [event.message for event in await sdk.events(stream)]
        assert [(message.node_seq_id, message.node_is_finish) for message in messages] == [("0", False), ("1", True)]

    async def test_a_failure_is_an_event_not_an_exception(self, ours: Client, wire: Wire) -> None:
        """Given a run that fails, when it is streamed, then an Error comes with code and message."""
        wire.stream(STREAM, run_event(0, "Error", {"error_code": 4000, "error_message": "bad"}))
        (only,) = await ours.events(stream)
        assert (only.event.value, only.error.error_code, only.error.error_message) == ("Error", 4000, "bad")

    async def test_an_event_that_is_new_is_unknown(self, sdk: Client, wire: Wire, whole_run: list[bytes]) -> None:
        """Given a PING with number and data, when the SDK as it comes reads it, then it is unknown and all goes on."""
        wire.stream(STREAM, run_event(9, "PING", {}), *whole_run)
        events = await sdk.events(stream)
        assert (events[0].event.value, events[0].unknown["event"], len(events)) == ("unknown", "PING", 3)

    async def test_a_ping_without_a_number_takes_the_next_one_s(
        self, sdk: Client, wire: Wire, whole_run: list[bytes]
    ) -> None:
        """Given a PING without number, when the SDK as it comes reads it, then all numbers behind it are wrong."""
        wire.stream(STREAM, b"event: PING\ndata: {}\n\n", *whole_run)
        numbered = [(event.event.value, event.id) for event in await sdk.events(stream)]
        assert numbered == [("unknown", 0), ("Message", 1), ("Message", 2)]

    async def test_our_async_stream_skips_it(self, ours_async: AsyncClient, wire: Wire, whole_run: list[bytes]) -> None:
        """Given the same and a comment, when our client reads it, then both messages come."""
        wire.stream(STREAM, b": hi\n\nevent: PING\ndata: {}\n\n", *whole_run)
        assert [event.message.content for event in await ours_async.events(stream)] == ["Looking…", "Sunny."]

    @pytest.mark.parametrize("kept", [0, 1, 2])
    async def test_a_cut_run_ends_well_for_the_sdk_alone(
        self, sdk: Client, wire: Wire, whole_run: list[bytes], kept: int
    ) -> None:
        """Given a run that stops before Done, when the SDK as it comes reads it, then nothing is wrong."""
        wire.stream(STREAM, *whole_run[:kept])
        assert len(await sdk.events(stream)) == kept

    @pytest.mark.parametrize("kept", [0, 1, 2])
    async def test_but_not_for_our_async_client(
        self, ours_async: AsyncClient, wire: Wire, whole_run: list[bytes], kept: int
    ) -> None:
        """Given the same, when our client reads it, then it is a broken stream."""
        wire.stream(STREAM, *whole_run[:kept])
        with pytest.raises(BrokenStreamError, match="upstream_truncated"):
            await ours_async.events(stream)

    async def test_an_event_of_half_a_message_cannot_be_read(self, sdk: Client, wire: Wire) -> None:
        """Given a message without its node, when it is streamed, then the SDK refuses to read it."""
        wire.stream(STREAM, run_event(0, "Message", {"content": "x"}))
        with pytest.raises(pydantic.ValidationError):
            await sdk.events(stream)

    @pytest.mark.parametrize(("code", "status"), [(4100, 401), (4200, 200)])
    async def test_a_refusal_comes_before_the_stream(self, ours: Client, wire: Wire, code: int, status: int) -> None:
        """Given a bad token or an unpublished workflow, when a stream is opened, then it is refused."""
        wire.refuse(STREAM, code, status)
        with pytest.raises(RefusedError, match=str(code)):
            await ours.events(stream)


@pytest.mark.asyncio
class TestInterruptAndResume:
    """A run that asks something, and goes on with the answer."""

    async def test_a_question_is_an_interruption(
        self, ours: Client, wire: Wire, make_interrupt: Factory, ids: Ids
    ) -> None:
        """Given a run that asks, when it is streamed, then the event names what to answer to; Done need not follow."""
        wire.stream(STREAM, run_event(0, "Interrupt", make_interrupt()))
        (only,) = await ours.events(stream)
        assert (only.interrupt.interrupt_data.event_id, only.interrupt.interrupt_data.type) == (ids.interrupt, 2)
        assert only.interrupt.node_title == "Question"

    async def test_the_answer_lets_it_go_on(
        self, ours: Client, wire: Wire, make_interrupt: Factory, whole_run: list[bytes]
    ) -> None:
        """Given an interruption, when it is answered by its id and type, then the rest of the run is streamed."""
        wire.stream(STREAM, run_event(0, "Interrupt", make_interrupt()))
        wire.stream(RESUME, *whole_run)
        (asked,) = await ours.events(stream)
        data = asked.interrupt.interrupt_data
        answer = {"event_id": data.event_id, "interrupt_type": data.type, "resume_data": "tomorrow"}
        events = await ours.events(lambda coze: coze.workflows.runs.resume(workflow_id="4", **answer))
        assert [event.message.content for event in events] == ["Looking…", "Sunny."]
        assert wire.sent[1].json == {"workflow_id": "4", **answer}

    @pytest.mark.parametrize("code", [4314, 4315])
    async def test_a_run_that_is_over_cannot_go_on(self, ours: Client, wire: Wire, code: int) -> None:
        """Given a run that is gone or has ended, when it is resumed, then it is refused for good."""
        wire.refuse(RESUME, code)
        ask = {"workflow_id": "4", "event_id": "8/1", "interrupt_type": 2, "resume_data": ""}
        with pytest.raises(RefusedError) as caught:
            await ours.events(lambda coze: coze.workflows.runs.resume(**ask))
        assert (caught.value.code, caught.value.retryable) == (str(code), False)


@pytest.mark.asyncio
class TestWorkflowChat:
    """`workflows.chat.stream`: a chatflow speaks as a chat does."""

    async def test_its_events_are_those_of_a_chat(self, ours: Client, wire: Wire, whole_chat: list[bytes]) -> None:
        """Given a chatflow, when it is asked, then the conversation is in the body, and the answer comes in pieces."""
        wire.stream(CHATFLOW, *whole_chat)
        ask = {"workflow_id": "4", "bot_id": "1", "conversation_id": "2", "parameters": {"n": 1}}
        question = cozepy.Message.build_user_question_text("Rain?")
        events = await ours.events(lambda coze: coze.workflows.chat.stream(**ask, additional_messages=[question]))
        assert events[-1].chat.usage.token_count == 12
        assert wire.sent[0].json.items() >= ask.items()
        assert (wire.sent[0].json["additional_messages"][0]["content"], wire.sent[0].query) == ("Rain?", {})

    async def test_the_studio_s_numbers_end_the_sdk(self, sdk: Client, wire: Wire, make_chat: Factory) -> None:
        """Given events with an id, as the self-hosted Studio sends, when the SDK as it comes reads, then it fails."""
        wire.stream(CHATFLOW, run_event(0, "conversation.chat.created", make_chat()))
        with pytest.raises(cozepy.CozeInvalidEventError):
            await sdk.events(lambda coze: coze.workflows.chat.stream(workflow_id="4"))

    async def test_our_async_stream_reads_them(self, ours_async: AsyncClient, wire: Wire, make_chat: Factory) -> None:
        """Given the same, when our client reads it, then the events come."""
        states = ["created", "completed"]
        wire.stream(
            CHATFLOW, *[run_event(0, f"conversation.chat.{state}", make_chat(status=state)) for state in states]
        )
        events = await ours_async.events(lambda coze: coze.workflows.chat.stream(workflow_id="4"))
        assert [event.chat.status for event in events] == states


@pytest.mark.asyncio
class TestRunHistory:
    """`run_histories.retrieve` and `execute_nodes.retrieve`: what Coze keeps of a run."""

    async def test_a_run_is_told_whole(self, sdk: Client, wire: Wire, make_run_history: Factory, ids: Ids) -> None:
        """Given a run that ended well, when it is looked up, then with tokens, nodes, its own log id and the call's."""
        wire.ok(HISTORY, [make_run_history()])
        found = await sdk.ask(history)
        assert (found.execute_id, found.run_mode, found.error_code, found.usage.token_count) == (ids.execute, 2, 0, 12)
        assert found.node_execute_status["Forecast"].node_execute_uuid == ids.node_run
        assert (found.logid, found.response.logid) == ("2026-run", LOGID)

    @pytest.mark.parametrize("fields", [{"is_output_trimmed": None}, {"execute_status": "Paused"}, {"run_mode": 3}])
    async def test_what_the_model_does_not_allow_is_an_error(
        self, sdk: Client, wire: Wire, make_run_history: Factory, fields: dict[str, Any]
    ) -> None:
        """Given a status or mode that is new, or a field that is missing, when it is read, then the SDK refuses."""
        wire.ok(HISTORY, [make_run_history(**fields)])
        with pytest.raises(pydantic.ValidationError):
            await sdk.ask(history)

    @pytest.mark.parametrize(("data", "raised"), [([], IndexError), (None, TypeError)])
    async def test_no_run_at_all_is_no_api_error(
        self, sdk: Client, wire: Wire, data: object, raised: type[Exception]
    ) -> None:
        """Given an empty answer, when a run is looked up, then the SDK stumbles instead of saying so."""
        wire.ok(HISTORY, data)
        with pytest.raises(raised):
            await sdk.ask(history)

    async def test_an_unknown_run_is_refused(self, ours: Client, wire: Wire) -> None:
        """Given no such run, when it is looked up, then it is refused with 4314."""
        wire.refuse(HISTORY, 4314)
        with pytest.raises(RefusedError, match="4314"):
            await ours.ask(history)

    async def test_a_node_s_output_is_asked_for_alone(self, sdk: Client, wire: Wire) -> None:
        """Given a node that has ended, when its output is asked for, then it comes as text."""
        wire.ok(f"{NODE}/63c7", {"is_finish": True, "node_output": '{"a":1}'})
        ask = {"workflow_id": "4", "execute_id": "8", "node_execute_uuid": "63c7"}
        node = await sdk.ask(lambda coze: coze.workflows.runs.run_histories.execute_nodes.retrieve(**ask))
        assert (node.is_finish, node.node_output) == (True, '{"a":1}')


@pytest.mark.asyncio
class TestWorkflowList:
    """`workflows.list`."""

    async def test_pages_are_followed_while_there_is_more(
        self, sdk: Client, wire: Wire, play_page: Callable[..., None], make_workflow: Factory
    ) -> None:
        """Given two pages, when all are read, then Coze's has_more leads from one to the other."""
        play_page("workflows", [make_workflow(workflow_id="1")], has_more=True)
        play_page("workflows", [make_workflow(workflow_id="2")], has_more=False)
        found = await sdk.items(lambda coze: coze.workflows.list(workspace_id="7", page_size=1))
        assert [(workflow.workflow_id, workflow.creator.name) for workflow in found] == [("1", "Ann"), ("2", "Ann")]
        assert [sent.query["page_num"] for sent in wire.sent] == ["1", "2"]

    async def test_filters_must_be_plain_text(self, sdk: Client, wire: Wire, play_page: Callable[..., None]) -> None:
        """Given filters as text, when workflows are listed, then they arrive as they are."""
        play_page("workflows", [], has_more=False)
        filters = {"workspace_id": "7", "workflow_mode": "chatflow", "publish_status": "all", "app_id": "3"}
        await sdk.ask(lambda coze: coze.workflows.list(**filters, page_size=30))
        assert wire.sent[0].query == {**filters, "page_num": "1", "page_size": "30"}

    async def test_an_enum_arrives_as_its_name_in_python(
        self, sdk: Client, wire: Wire, play_page: Callable[..., None]
    ) -> None:
        """Given a filter as the SDK's enum, when workflows are listed, then Coze gets a word it does not know."""
        play_page("workflows", [], has_more=False)
        await sdk.ask(lambda coze: coze.workflows.list(publish_status=cozepy.PublishStatus.ALL))
        assert wire.sent[0].query["publish_status"] == "PublishStatus.ALL"

    async def test_pages_without_end_are_followed_for_ever(
        self, sdk: Client, wire: Wire, play_page: Callable[..., None]
    ) -> None:
        """Given empty pages that announce more, when the SDK as it comes reads on, then only Coze can stop it."""
        for _ in range(9):
            play_page("workflows", [], has_more=True)
        play_page("workflows", [], has_more=False)
        await sdk.pages(lambda coze: coze.workflows.list(workspace_id="7"))
        assert len(wire.sent) == 10


def read(opened: EventStream, answer: Any) -> Any:
    """Read a stream of the site's to its end and return what was understood."""
    with closing(opened):
        for frame in FrameParser().feed(b"".join(opened)):
            answer.take(frame)
    answer.finish()
    return answer


class TestSiteWorkflows:
    """`Gateway.workflows`, and what `answers` reads in its streams."""

    def test_a_list_ends_with_an_empty_page(self, gateway: Gateway, play_page: Callable[..., None]) -> None:
        """Given an empty page that announces more, when the site shows it, then it is the last, without a total."""
        play_page("workflows", [], has_more=True)
        page = gateway.workflows.list("7", 1, 20)
        assert (page.items, page.has_more, page.total, page.logid) == ([], False, None, LOGID)

    def test_a_blocking_run(self, gateway: Gateway, wire: Wire, make_run_result: Factory, ids: Ids) -> None:
        """Given parameters, when the site runs a workflow, then output, tokens and log id are shown."""
        wire.ok(RUN, **make_run_result())
        made = gateway.workflows.run("4", RunRequest(parameters={"city": "Beijing"}, app_id="2"), Call())
        assert (made.output, made.execute_id, made.logid) == ('{"output":"Sunny."}', ids.execute, LOGID)
        assert (wire.sent[0].json["app_id"], wire.sent[0].read_timeout) == ("2", None), "the relay's clock waits"

    def test_a_streamed_run(self, gateway: Gateway, wire: Wire, whole_run: list[bytes], ids: Ids) -> None:
        """Given a whole run, when the site reads it, then output, tokens and the run's id are known."""
        wire.stream(STREAM, *whole_run)
        answer = read(gateway.workflows.stream("4", RunRequest(), Call()), RunAnswer())
        assert (answer.facts.output, answer.facts.execute_id, answer.facts.status) == (
            "Sunny.",
            ids.execute,
            "succeeded",
        )
        assert answer.usage["token_count"] == 12

    def test_a_run_that_asks_and_goes_on(
        self, gateway: Gateway, wire: Wire, make_interrupt: Factory, whole_run: list[bytes], ids: Ids
    ) -> None:
        """Given a question, when the site answers it, then by the id it came with, and the run then ends well."""
        wire.stream(STREAM, run_event(0, "Interrupt", make_interrupt()))
        wire.stream(RESUME, *whole_run)
        asked = read(gateway.workflows.stream("4", RunRequest(), Call()), RunAnswer())
        assert (asked.facts.status, asked.facts.execute_id) == ("interrupted", ids.execute)
        resume = ResumeRequest(event_id=ids.interrupt, interrupt_type=2, resume_data="tomorrow")
        assert resume.execute_id == ids.execute
        assert read(gateway.workflows.resume("4", resume, Call()), RunAnswer()).facts.status == "succeeded"
        assert wire.sent[1].json["event_id"] == ids.interrupt

    @pytest.mark.parametrize(
        ("name", "data", "code"),
        [
            ("Error", {"error_code": 4000, "error_message": "bad"}, "4000"),
            ("error", {"code": "720701013", "msg": "bad", "debug_url": DEBUG_URL}, "720701013"),
            ("Message", "{cut", "upstream_malformed"),
            ("Message", {"content": "half"}, "upstream_truncated"),
        ],
    )
    def test_every_bad_end_is_told(self, gateway: Gateway, wire: Wire, name: str, data: Any, code: str) -> None:
        """Given a run that ends badly, when the site reads it, then the error has the right code."""
        wire.stream(STREAM, event(name, data))
        with pytest.raises(UpstreamError, match=code):
            read(gateway.workflows.stream("4", RunRequest(), Call()), RunAnswer())

    def test_a_chatflow(self, gateway: Gateway, wire: Wire, whole_chat: list[bytes], ids: Ids) -> None:
        """Given a chatflow, when the site asks it, then its text is the run's output."""
        wire.stream(CHATFLOW, *whole_chat)
        wanted = WorkflowChatRequest(message="Rain?", conversation_id="2")
        answer = read(gateway.workflows.chat("4", wanted, Call()), ChatflowAnswer())
        assert (answer.facts.output, answer.conversation_id) == ("Sunny.", ids.conversation)
        assert wire.sent[0].json["conversation_id"] == "2"

    @pytest.mark.parametrize(
        ("coze_s", "shown"), [("Success", "succeeded"), ("Running", "running"), ("Fail", "failed")]
    )
    def test_a_history(self, gateway: Gateway, wire: Wire, make_run_history: Factory, coze_s: str, shown: str) -> None:
        """Given what Coze keeps of a run, when the site shows it, then under the site's own names."""
        wire.ok(HISTORY, [make_run_history(execute_status=coze_s, error_code="4000", run_mode=1)])
        kept = gateway.workflows.history("4", "8")
        assert (kept.status, kept.mode, kept.error_code, kept.created_at) == (shown, "streaming", "4000", 1730174063)

    def test_the_details_have_what_each_node_said(
        self, gateway: Gateway, wire: Wire, make_run_history: Factory, make_node: Factory
    ) -> None:
        """Given three nodes, when details are shown, then each output or why there is none."""
        uuids = {"kept": "a1", "gone": "b2", "nameless": ""}
        nodes = {name: make_node(node_execute_uuid=uuid) for name, uuid in uuids.items()}
        wire.ok(HISTORY, [make_run_history(node_execute_status=nodes)])
        wire.ok(f"{NODE}/a1", {"is_finish": True, "node_output": "said"})
        wire.refuse(f"{NODE}/b2", 4314)
        details = gateway.workflows.details("4", "8")
        assert [(node.name, node.output, node.error) for node in details.nodes] == [
            ("kept", "said", ""), ("gone", None, "4314"), ("nameless", None, ""),
        ]  # fmt: skip
        assert details.has_more_nodes is False


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
# Workflow, parameters, and how it ended, None while it runs. They begin a minute apart, the first at NOON, second
# 1795176000; the id of a run is its moment.
RUNS = [
    ("41", '{"city":"北京"}', Outcome(status="succeeded", output="Sunny_day", execute_id="801")),
    ("41", '{"rate":"100%"}', Outcome(status="failed", error_code="720701013", error_message="Bad \\ input")),
    ("42", "{}", Outcome(status="succeeded", output="SunnyXday", logid="2026-log")),
    ("42", '{"q":"100 percent"}', Outcome(status="interrupted")),
    ("41", "{}", None),
]


@pytest.fixture(scope="module")
def runlog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunLog]:
    """Give a log of RUNS; nobody changes it."""
    folder = tmp_path_factory.mktemp("runlog")
    now = NOON.timestamp()
    log = RunLog(None, folder=folder, days=0, keeps_content=True, clock=lambda: now)
    for workflow_id, parameters, outcome in RUNS:
        run_id = log.begin(NewRun(workflow_id=workflow_id, mode="blocking", parameters=parameters))
        if outcome is not None:
            log.end(run_id, outcome)
        now += 60
    yield log
    log.close()


def at(minute: int) -> datetime:
    """Return the moment so many minutes after noon."""
    return NOON + timedelta(minutes=minute)


class TestRunLog:
    """The log of runs, which no API of Coze's has: each filter, and filters together."""

    @staticmethod
    def found(log: RunLog, **wanted: Any) -> list[int]:
        """Return which of RUNS a filter finds, by their minute."""
        return [round((run.started_at - NOON) / timedelta(minutes=1)) for run in log.page(RunFilter(**wanted)).items]

    @pytest.mark.parametrize(
        ("wanted", "runs"),
        [
            ({}, [4, 3, 2, 1, 0]),
            ({"workflow_id": "41"}, [4, 1, 0]),
            ({"workflow_id": "4"}, []),
            ({"status": "succeeded"}, [2, 0]),
            ({"status": "failed"}, [1]),
            ({"status": "interrupted"}, [3]),
            ({"status": "running"}, [4]),
            ({"status": "canceled"}, []),
            ({"since": at(3)}, [4, 3]),
            ({"until": at(2)}, [1, 0]),
            ({"since": at(2), "until": at(2)}, []),
            ({"q": "sunny"}, [2, 0]),
            ({"q": "北京"}, [0]),
            ({"q": "801"}, [0]),
            ({"q": "2026-log"}, [2]),
            ({"q": "720701013"}, [1]),
            ({"q": "nowhere"}, []),
        ],
    )
    def test_each_filter_alone(self, runlog: RunLog, wanted: dict[str, Any], runs: list[int]) -> None:
        """Given five runs, when one filter is set, then only its runs come, newest first; `until` is not included."""
        assert self.found(runlog, **wanted) == runs

    @pytest.mark.parametrize(
        ("wanted", "runs"),
        [
            ({"workflow_id": "41", "status": "succeeded"}, [0]),
            ({"workflow_id": "42", "since": at(3)}, [3]),
            ({"workflow_id": "42", "q": "sunny"}, [2]),
            ({"status": "succeeded", "until": at(2)}, [0]),
            ({"status": "interrupted", "q": "100"}, [3]),
            ({"status": "running", "q": "76240"}, [4]),
            ({"status": "running", "q": "%"}, []),
            ({"since": at(1), "until": at(3)}, [2, 1]),
            ({"since": at(1), "q": "sunny"}, [2]),
            ({"workflow_id": "41", "status": "failed", "since": at(1), "until": at(2), "q": "100%"}, [1]),
            ({"workflow_id": "41", "status": "failed", "since": at(2), "until": at(3), "q": "100%"}, []),
        ],
    )
    def test_filters_together(self, runlog: RunLog, wanted: dict[str, Any], runs: list[int]) -> None:
        """Given five runs, when several filters are set, then only what meets all of them comes."""
        assert self.found(runlog, **wanted) == runs

    @pytest.mark.parametrize(
        ("q", "runs"), [("100%", [1]), ("100", [3, 1]), ("y_d", [0]), ("\\ i", [1]), ('"100', [3, 1]), ("%", [1])]
    )
    def test_a_keyword_is_no_pattern(self, runlog: RunLog, q: str, runs: list[int]) -> None:
        """Given signs that databases take for patterns, when they are searched, then as they stand."""
        assert self.found(runlog, q=q) == runs

    def test_the_cursor_leads_through_all_pages(self, runlog: RunLog) -> None:
        """Given pages of two, when each is asked for by the last one's cursor, then every run comes once."""
        first = runlog.page(RunFilter(page_size=2))
        second = runlog.page(RunFilter(page_size=2, cursor=first.next_cursor or ""))
        third = runlog.page(RunFilter(page_size=2, cursor=second.next_cursor or ""))
        pages = [[run.workflow_id for run in page.items] for page in (first, second, third)]
        assert pages == [["41", "42"], ["42", "41"], ["41"]]
        assert (first.has_more, second.has_more, third.has_more, third.next_cursor) == (True, True, False, None)

    def test_a_cursor_keeps_to_its_filters(self, runlog: RunLog) -> None:
        """Given a filter, when its second page is asked for, then the filter still holds."""
        first = runlog.page(RunFilter(workflow_id="41", q="1", page_size=1))
        rest = self.found(runlog, workflow_id="41", q="1", cursor=first.next_cursor)
        assert len(first.items) == 1
        assert rest == [1, 0]

    @pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 19, " "])
    def test_a_cursor_that_no_page_gave_is_refused(self, runlog: RunLog, cursor: str) -> None:
        """Given a cursor of somebody's own, when it is used, then the request is at fault."""
        with pytest.raises(RequestError, match="bad_cursor"):
            runlog.page(RunFilter(cursor=cursor))

    def test_a_run_is_shown_with_all_that_is_known(self, runlog: RunLog) -> None:
        """Given a run that failed, when it is found, then times, code, words and parameters are there."""
        (run,) = runlog.page(RunFilter(status="failed")).items
        assert (run.started_at, run.ended_at, run.duration_ms) == (at(1), at(1), 0)
        assert (run.error_code, run.error_message, run.parameters) == ("720701013", "Bad \\ input", '{"rate":"100%"}')
