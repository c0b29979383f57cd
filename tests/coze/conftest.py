"""The two ends of every case: Coze as it is played on the wire, and the clients that ask it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import cozepy
import httpx
import pytest
import pytest_asyncio
import requests
import urllib3

from coze_web.call import Call
from coze_web.gateway import Gateway, async_coze
from coze_web.gateway.sdk import Door
from coze_web.transport import RequestsTransport
from tests import coze_wire
from tests.coze_wire import BASE_URL, DONE, LOGID, TOKEN, event, ok, run_event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    import responses

    from coze_web.settings import Settings

    Factory = Callable[..., dict[str, Any]]
    Asks = Callable[[Any], Any]


@dataclass(frozen=True)
class Keys:
    """Tokens, of which none is real: the one in use, one that has expired, one of the other region."""

    token: str = TOKEN
    expired: str = "pat_EXPIRED0123456789"
    other_region: str = "pat_COM0123456789"


@dataclass(frozen=True)
class Ids:
    """One id of each kind; all are decimal strings, as Coze's are."""

    bot: str = coze_wire.BOT_ID
    workspace: str = coze_wire.WORKSPACE_ID
    workflow: str = coze_wire.WORKFLOW_ID
    execute: str = coze_wire.EXECUTE_ID
    chat: str = coze_wire.CHAT_ID
    conversation: str = coze_wire.CONVERSATION_ID
    message: str = "7382159494123470858"
    section: str = "7381473525342978090"
    node_run: str = "63c7a1c0-0000-4000-8000-000000000001"
    interrupt: str = f"{coze_wire.EXECUTE_ID}/2760000000000000001"
    user: str = "visitor-1"


@pytest.fixture(scope="session")
def keys() -> Keys:
    """Give the tokens."""
    return Keys()


@pytest.fixture(scope="session")
def ids() -> Ids:
    """Give the ids."""
    return Ids()


# --- The wire ---


class Sent(NamedTuple):
    """One request as it arrived at Coze."""

    method: str
    url: httpx.URL
    headers: httpx.Headers
    body: bytes
    connect_timeout: float | None
    read_timeout: float | None

    @property
    def query(self) -> dict[str, str]:
        """The query, each name once."""
        return dict(self.url.params)

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


class Reply(NamedTuple):
    """What Coze sends back; `fault` comes instead of it, and a reply that breaks ends before its announced end."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 - nobody changes it
    fault: str = ""
    breaks: bool = False


def _refused_connection() -> requests.ConnectionError:
    reason = urllib3.exceptions.NewConnectionError(urllib3.connection.HTTPConnection("coze"), "refused")
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(urllib3.HTTPConnectionPool("coze"), "/", reason))


# Each fault of the network as `requests` and as httpx raise it.
FAULTS: dict[str, tuple[Callable[[], Exception], type[httpx.TransportError]]] = {
    "refused": (_refused_connection, httpx.ConnectError),
    "connect timeout": (requests.exceptions.ConnectTimeout, httpx.ConnectTimeout),
    "proxy": (requests.exceptions.ProxyError, httpx.ProxyError),
    "silence": (requests.exceptions.ReadTimeout, httpx.ReadTimeout),
    "reset": (lambda: requests.ConnectionError(urllib3.exceptions.ProtocolError("reset")), httpx.RemoteProtocolError),
}


class Wire:
    """Coze, for whichever client asks: replies are prepared by "METHOD /path" and used up in order, the last stays.

    Attributes:
        sent: every request, in order.
        unplanned: requests for which nothing was prepared.

    """

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.unplanned: list[str] = []
        self._plan: dict[str, list[Reply]] = {}

    def play(self, where: str, body: bytes | str, status: int = 200, **headers: str) -> None:
        """Answer with these bytes; the underscores of header names are hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._add(where, Reply(body.encode() if isinstance(body, str) else body, status, named))

    def json(self, where: str, body: Any, status: int = 200, **headers: str) -> None:
        """Answer with JSON."""
        self.play(where, json.dumps(body), status, **{"content_type": "application/json", **headers})

    def ok(self, where: str, data: Any = None, **more: Any) -> None:
        """Answer yes, with a log id in header and body."""
        self.json(where, ok(data, **more), x_tt_logid=LOGID)

    def refuse(self, where: str, code: Any, status: int = 200, **headers: str) -> None:
        """Answer no, in Coze's words."""
        body = {"code": code, "msg": "upstream words", "detail": {"logid": LOGID}}
        self.json(where, body, status, **{"x_tt_logid": LOGID, **headers})

    def stream(self, where: str, *events: bytes, breaks: bool = False) -> None:
        """Answer with events; one that breaks loses its connection after them."""
        headers = {"content-type": "text/event-stream", "x-tt-logid": LOGID}
        self._add(where, Reply(b"".join(events), 200, headers, breaks=breaks))

    def fail(self, where: str, fault: str) -> None:
        """Do not answer: one of FAULTS happens."""
        self._add(where, Reply(fault=fault))

    def over_requests(self, request: requests.PreparedRequest) -> Exception | tuple[int, dict[str, str], bytes]:
        """Answer the synchronous client; a callback of `responses`."""
        connect, read = getattr(request, "req_kwargs")["timeout"]  # noqa: B009 - responses adds it
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        url, headers = httpx.URL(str(request.url)), httpx.Headers(dict(request.headers))
        reply = self._take(Sent(str(request.method), url, headers, body, connect, read))
        if reply.fault:
            return FAULTS[reply.fault][0]()
        missing = {"content-length": str(len(reply.body) + 1)} if reply.breaks else {}
        return reply.status, reply.headers | missing, reply.body

    def over_httpx(self, request: httpx.Request) -> httpx.Response:
        """Answer the asynchronous client; a handler of `httpx.MockTransport`."""
        timeout = request.extensions["timeout"]
        sent = Sent(request.method, request.url, request.headers, request.content, timeout["connect"], timeout["read"])
        reply = self._take(sent)
        if reply.fault:
            raise FAULTS[reply.fault][1](reply.fault)
        return httpx.Response(reply.status, headers=reply.headers, stream=_Body(reply))

    def _add(self, where: str, reply: Reply) -> None:
        self._plan.setdefault(where, []).append(reply)

    def _take(self, sent: Sent) -> Reply:
        self.sent.append(sent)
        where = f"{sent.method} {sent.url.path}"
        replies = self._plan.get(where)
        if not replies:
            self.unplanned.append(where)
            return Reply(status=501)
        return replies.pop(0) if len(replies) > 1 else replies[0]


class _Body(httpx.AsyncByteStream):
    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._reply.body
        if self._reply.breaks:
            raise httpx.RemoteProtocolError("peer closed connection")


@pytest.fixture
def wire(coze: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, _no_certificates: None) -> Iterator[Wire]:
    """Give Coze, as both transports reach it; every request must have been prepared for."""
    played = Wire()
    for method in ("GET", "POST", "PUT", "DELETE"):
        coze.add_callback(method, re.compile("."), played.over_requests, content_type=None)
    # What httpx would make for a client without a transport.
    monkeypatch.setattr("httpx._client.AsyncHTTPTransport", lambda **_: httpx.MockTransport(played.over_httpx))
    yield played
    assert not played.unplanned


# --- The clients ---


class SyncClient:
    """`cozepy.Coze`, asked as the other one is; `through` is what a call is made with."""

    is_async = False

    def __init__(self, coze: cozepy.Coze, through: Callable[[Callable[[], Any]], Any] = lambda call: call()) -> None:
        self._coze = coze
        self._through = through

    async def ask(self, call: Asks) -> Any:
        """Make one call."""
        return self._through(lambda: call(self._coze))

    async def events(self, call: Asks) -> list[Any]:
        """Read a stream to its end."""
        return list(await self.ask(call))

    items = events

    async def pages(self, call: Asks) -> list[Any]:
        """Follow a list page by page."""
        return list((await self.ask(call)).iter_pages())


class AsyncClient:
    """`cozepy.AsyncCoze`."""

    is_async = True

    def __init__(self, coze: cozepy.AsyncCoze) -> None:
        self._coze = coze

    async def ask(self, call: Asks) -> Any:
        """Make one call."""
        return await call(self._coze)

    async def events(self, call: Asks) -> list[Any]:
        """Read a stream to its end."""
        return [event async for event in call(self._coze)]

    async def items(self, call: Asks) -> list[Any]:
        """Follow a list over all its pages."""
        return [item async for item in await call(self._coze)]

    async def pages(self, call: Asks) -> list[Any]:
        """Follow a list page by page."""
        return [page async for page in (await call(self._coze)).iter_pages()]


# One case can be made of both, since they are asked alike.
Client = SyncClient | AsyncClient


@pytest.fixture
def make_sync(keys: Keys, wire: Wire) -> Callable[..., cozepy.Coze]:
    """Give the plain synchronous SDK over our transport; keywords are the HTTP client's."""

    def make(token: str = keys.token, base_url: str = BASE_URL, **options: Any) -> cozepy.Coze:
        http = cozepy.SyncHTTPClient(transport=RequestsTransport(base_url, pool_size=2), **options)
        return cozepy.Coze(cozepy.TokenAuth(token), base_url, http)

    return make


@pytest.fixture
def make_async(keys: Keys, wire: Wire) -> Callable[..., cozepy.AsyncCoze]:
    """Give the plain asynchronous SDK; keywords are the HTTP client's."""

    def make(token: str = keys.token, base_url: str = BASE_URL, **options: Any) -> cozepy.AsyncCoze:
        http = cozepy.AsyncHTTPClient(transport=httpx.MockTransport(wire.over_httpx), **options)
        return cozepy.AsyncCoze(cozepy.AsyncTokenAuth(token), base_url, http)

    return make


@pytest.fixture(params=["sync", "async"])
def make_sdk(
    request: pytest.FixtureRequest,
    make_sync: Callable[..., cozepy.Coze],
    make_async: Callable[..., cozepy.AsyncCoze],
) -> Callable[..., Client]:
    """Give either SDK, made with a token, an address and options of its own."""
    if request.param == "sync":
        return lambda **options: SyncClient(make_sync(**options))
    return lambda **options: AsyncClient(make_async(**options))


@pytest.fixture
def sdk(make_sdk: Callable[..., Client]) -> Client:
    """Give the SDK as it comes, once synchronous and once not."""
    return make_sdk()


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Give settings that can be used."""
    return make_settings(COZE_TIMEOUT="7", COZE_CONNECT_TIMEOUT="3")


@pytest.fixture
def door(wire: Wire, settings: Settings) -> Door:
    """Give the way the site's synchronous calls are made."""
    return Door(settings)


@pytest.fixture
def gateway(wire: Wire, settings: Settings) -> Gateway:
    """Give the site's own calls."""
    return Gateway(settings)


@pytest_asyncio.fixture
async def ours_async(wire: Wire, settings: Settings) -> AsyncIterator[AsyncClient]:
    """Give the asynchronous SDK as this project makes it."""
    async with async_coze(settings) as coze:
        yield AsyncClient(coze)


@pytest.fixture(params=["sync", "async"])
def ours(request: pytest.FixtureRequest, door: Door, ours_async: AsyncClient) -> Client:
    """Give the SDK as this project makes it, once synchronous and once not."""
    return SyncClient(door.patient, door.ask) if request.param == "sync" else ours_async


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note how long is waited before a call is made again, and do not wait."""
    noted: list[float] = []

    class Hasty(Call):
        def __init__(self) -> None:
            super().__init__()
            self.hung_up.wait = self._note  # type: ignore[method-assign]

        def _note(self, timeout: float | None = None) -> bool:
            noted.append(timeout or 0)
            return self.hung_up.is_set()

    monkeypatch.setattr("coze_web.gateway.sdk.Call", Hasty)
    return noted


# --- What Coze keeps: a factory for each entity, whose keywords win ---


def _factory(**defaults: Any) -> Factory:
    return lambda **fields: {**defaults, **fields}


@pytest.fixture(scope="session")
def make_bot(ids: Ids) -> Factory:
    """Make a bot with its settings."""
    return _factory(
        bot_id=ids.bot,
        name="Weather",
        description="Knows the weather",
        icon_url="https://example.com/bot.png",
        version="1718289297",
        create_time=1718289297,
        update_time=1718289300,
        bot_mode=0,
        prompt_info={"prompt": "Be brief."},
        onboarding_info={"prologue": "Hello!", "suggested_questions": ["Will it rain?"]},
        model_info={"model_id": "1", "model_name": "Doubao"},
        plugin_info_list=[],
        workflow_info_list=[],
    )


@pytest.fixture(scope="session")
def make_simple_bot(ids: Ids) -> Factory:
    """Make a bot as the second generation lists it."""
    return _factory(
        id=ids.bot,
        name="Weather",
        description="Knows the weather",
        icon_url="https://example.com/bot.png",
        is_published=True,
        updated_at=1718289300,
        owner_user_id="1",
    )


@pytest.fixture(scope="session")
def make_published_bot(ids: Ids) -> Factory:
    """Make a bot as the first generation lists it."""
    return _factory(bot_id=ids.bot, bot_name="Weather", description="", icon_url="", publish_time="1718289300")


@pytest.fixture(scope="session")
def make_workspace(ids: Ids) -> Factory:
    """Make a workspace."""
    return _factory(
        id=ids.workspace, name="Mine", icon_url="", role_type="owner", workspace_type="personal", enterprise_id=""
    )


@pytest.fixture(scope="session")
def make_usage() -> Factory:
    """Make a count of tokens."""
    return _factory(token_count=12, output_count=5, input_count=7)


@pytest.fixture(scope="session")
def make_chat(ids: Ids) -> Factory:
    """Make a chat."""
    return _factory(
        id=ids.chat,
        conversation_id=ids.conversation,
        bot_id=ids.bot,
        created_at=1710348675,
        status="in_progress",
        last_error={"code": 0, "msg": ""},
    )


@pytest.fixture(scope="session")
def make_message(ids: Ids) -> Factory:
    """Make a message of the bot."""
    return _factory(
        id=ids.message,
        conversation_id=ids.conversation,
        bot_id=ids.bot,
        chat_id=ids.chat,
        role="assistant",
        type="answer",
        content="Sunny.",
        content_type="text",
        meta_data={},
        created_at=1718592898,
    )


@pytest.fixture(scope="session")
def make_action() -> Factory:
    """Make what a bot asks its caller to do."""
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":"Beijing"}'}}
    return _factory(type="submit_tool_outputs", submit_tool_outputs={"tool_calls": [call]})


@pytest.fixture(scope="session")
def make_conversation(ids: Ids) -> Factory:
    """Make a conversation."""
    return _factory(
        id=ids.conversation,
        name="Holidays",
        meta_data={"uuid": "x"},
        created_at=1718289297,
        updated_at=1718289298,
        last_section_id=ids.section,
    )


@pytest.fixture(scope="session")
def make_workflow(ids: Ids) -> Factory:
    """Make a workflow."""
    return _factory(
        workflow_id=ids.workflow,
        workflow_name="Forecast",
        description="",
        icon_url="",
        app_id="",
        created_at=1718289297,
        creator={"id": "1", "name": "Ann"},
    )


@pytest.fixture(scope="session")
def make_run_result(ids: Ids, make_usage: Factory) -> Factory:
    """Make what a run answers; its fields stand beside `code`, not in `data`."""
    return _factory(
        data='{"output":"Sunny."}', debug_url=coze_wire.DEBUG_URL, execute_id=ids.execute, usage=make_usage()
    )


@pytest.fixture(scope="session")
def make_node(ids: Ids) -> Factory:
    """Make the state of a node in a run's history."""
    return _factory(node_id="n1", is_finish=True, update_time=1730174065, node_execute_uuid=ids.node_run)


@pytest.fixture(scope="session")
def make_run_history(ids: Ids, make_usage: Factory, make_node: Factory) -> Factory:
    """Make what Coze keeps of a run."""
    return _factory(
        execute_id=ids.execute,
        execute_status="Success",
        bot_id="0",
        connector_id="1024",
        connector_uid="1",
        run_mode=2,
        logid="2026-run",
        create_time=1730174063,
        update_time=1730174065,
        output='{"Output":"Sunny."}',
        error_code="",
        error_message="",
        debug_url=coze_wire.DEBUG_URL,
        usage=make_usage(),
        is_output_trimmed=False,
        node_execute_status={"Forecast": make_node()},
    )


@pytest.fixture(scope="session")
def make_run_message() -> Factory:
    """Make what a node says while a run is streamed."""
    return _factory(content="Sunny.", node_title="End", node_seq_id="0", node_is_finish=True)


@pytest.fixture(scope="session")
def make_interrupt(ids: Ids) -> Factory:
    """Make the question with which a run waits."""
    return _factory(interrupt_data={"event_id": ids.interrupt, "type": 2, "data": ""}, node_title="Question")


# --- Pages and streams ---


# Where each list is, and under which name its items come.
LISTS = {
    "bots": ("GET /v1/bots", "items"),
    "published bots": ("GET /v1/space/published_bots_list", "space_bots"),
    "workspaces": ("GET /v1/workspaces", "workspaces"),
    "conversations": ("GET /v1/conversations", "conversations"),
    "workflows": ("GET /v1/workflows", "items"),
}


@pytest.fixture
def play_page(wire: Wire) -> Callable[..., None]:
    """Prepare one page of one of LISTS; the keyword is how Coze says that there is more: a total, or has_more."""

    def play(kind: str, items: list[dict[str, Any]], **more: int) -> None:
        where, name = LISTS[kind]
        wire.ok(where, {name: items, **more})

    return play


@pytest.fixture
def play_messages(wire: Wire) -> Callable[..., None]:
    """Prepare one page of a conversation's messages, whose ids stand beside `data`."""

    def play(items: list[dict[str, Any]], *, more: bool = False) -> None:
        first, last = (items[0]["id"], items[-1]["id"]) if items else ("", "")
        wire.ok("POST /v1/conversation/message/list", items, first_id=first, last_id=last, has_more=more)

    return play


@pytest.fixture(scope="session")
def whole_chat(make_chat: Factory, make_message: Factory, make_usage: Factory) -> list[bytes]:
    """Give every event of an ordinary answer, in the cloud's order and framing."""
    pieces = [
        make_message(content="", reasoning_content="Hm."),
        make_message(content="Sun"),
        make_message(content="ny."),
    ]
    finish = json.dumps({"msg_type": "generate_answer_finish", "data": '{"finish_reason":0}'})
    said = [
        make_message(),
        make_message(type="verbose", content=finish),
        make_message(type="follow_up", content="And tomorrow?"),
    ]
    return [
        event("conversation.chat.created", make_chat(status="created")),
        event("conversation.chat.in_progress", make_chat()),
        *[event("conversation.message.delta", piece) for piece in pieces],
        *[event("conversation.message.completed", message) for message in said],
        event("conversation.chat.completed", make_chat(status="completed", usage=make_usage())),
        DONE,
    ]


@pytest.fixture(scope="session")
def whole_run(make_run_message: Factory, make_usage: Factory) -> list[bytes]:
    """Give every event of an ordinary run, in the cloud's order and framing."""
    return [
        run_event(0, "Message", make_run_message(content="Looking…", node_title="Message")),
        run_event(1, "Message", make_run_message(usage=make_usage())),
        run_event(2, "Done", {"debug_url": coze_wire.DEBUG_URL}),
    ]
