"""The clients themselves: what they are made with, what they log, and what they raise when a call goes wrong."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import cozepy
import httpx
import pytest

from coze_web import Settings
from coze_web.errors import NotConfiguredError, RefusedError, UnreachableError, UpstreamError
from coze_web.gateway import async_coze
from coze_web.gateway.sdk import Door
from coze_web.settings import SettingsError
from tests.coze_wire import BASE_URL, LOGID, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coze_web.gateway import Gateway
    from tests.coze.conftest import AsyncClient, Client, Factory, Keys, Wire

ME = "GET /v1/users/me"
OWNER = {"user_id": "1", "user_name": "ann", "nick_name": "Ann", "avatar_url": ""}


def me(coze: Any) -> Any:
    """Ask for the token's owner, the cheapest call of all."""
    return coze.users.me()


@pytest.mark.asyncio
class TestIdentity:
    """Who asks, and where."""

    async def test_the_token_is_in_its_header_and_nowhere_else(self, ours: Client, wire: Wire, keys: Keys) -> None:
        """Given a token, when Coze is asked, then one header carries it, and neither address nor body nor others."""
        wire.ok("POST /v1/bot/update")
        await ours.ask(lambda coze: coze.bots.update(bot_id="1", name="Climate"))
        (sent,) = wire.sent
        assert sent.headers.pop("authorization") == f"Bearer {keys.token}"
        assert keys.token not in f"{sent.url} {sent.headers.raw} {sent.body!r}"

    async def test_the_sdk_says_what_it_is(self, ours: Client, wire: Wire) -> None:
        """Given any call, when it is made, then it names SDK, version and language."""
        wire.ok(ME, OWNER)
        await ours.ask(me)
        assert wire.sent[0].headers["user-agent"].startswith("cozepy/0.20.0 python/")
        assert '"lang": "python"' in wire.sent[0].headers["x-coze-client-user-agent"]

    async def test_two_clients_keep_their_tokens_apart(
        self, make_sdk: Callable[..., Client], wire: Wire, keys: Keys
    ) -> None:
        """Given two clients, when each asks, then each sends its own token."""
        wire.ok(ME, OWNER)
        for token in (keys.token, keys.other_region):
            await make_sdk(token=token).ask(me)
        sent = [sent.headers["authorization"] for sent in wire.sent]
        assert sent == [f"Bearer {keys.token}", f"Bearer {keys.other_region}"]

    @pytest.mark.parametrize(
        "base_url", ["https://api.coze.com", "https://api.coze.cn/", "http://127.0.0.1:8888", "https://[::1]:8443"]
    )
    async def test_the_address_is_the_one_that_was_given(
        self, make_sdk: Callable[..., Client], wire: Wire, base_url: str
    ) -> None:
        """Given an address, with or without a slash at its end, when Coze is asked, then it is asked there."""
        wire.ok(ME, OWNER)
        await make_sdk(base_url=base_url).ask(me)
        assert str(wire.sent[0].url) == f"{base_url.rstrip('/')}/v1/users/me"

    async def test_the_site_s_address_is_that_of_its_settings(
        self, make_settings: Callable[..., Settings], wire: Wire
    ) -> None:
        """Given COZE_API_BASE_URL, when the site's clients ask, then they ask there."""
        wire.ok(ME, OWNER)
        settings = make_settings(COZE_API_BASE_URL="https://api.coze.com")
        Door(settings).patient.users.me()
        async with async_coze(settings) as coze:
            await coze.users.me()
        assert [sent.url.host for sent in wire.sent] == ["api.coze.com", "api.coze.com"]

    async def test_a_redirect_does_not_lead_the_token_away(self, ours: Client, wire: Wire) -> None:
        """Given an answer that sends on, when our client gets it, then it stops there."""
        wire.play(ME, b"", 307, location="https://evil.example/v1/users/me")
        with pytest.raises(RefusedError) as caught:
            await ours.ask(me)
        assert (caught.value.http_status, len(wire.sent)) == (307, 1)


class TestTimeouts:
    """How long is waited, as the transport hears of it."""

    @pytest.mark.asyncio
    async def test_both_settings_reach_the_transport(self, ours: Client, wire: Wire) -> None:
        """Given 3 s to connect and 7 s of silence, when Coze is asked, then the transport has both."""
        wire.ok(ME, OWNER)
        await ours.ask(me)
        assert (wire.sent[0].connect_timeout, wire.sent[0].read_timeout) == (3, 7)

    @pytest.mark.asyncio
    @pytest.mark.parametrize(
        ("options", "connect", "read"),
        [
            ({}, 5, 600),
            ({"timeout": 20}, 20, 20),
            ({"timeout": httpx.Timeout(30, connect=2)}, 2, 30),
            ({"timeout": httpx.Timeout(9, read=1.5)}, 9, 1.5),
            ({"timeout": None}, None, None),
        ],
    )
    async def test_a_client_of_one_s_own_has_its_own(
        self, make_sdk: Callable[..., Client], wire: Wire, options: dict[str, Any], connect: float, read: float
    ) -> None:
        """Given an HTTP client with timeouts, or the SDK's defaults, when Coze is asked, then these are used."""
        wire.ok(ME, OWNER)
        await make_sdk(**options).ask(me)
        assert (wire.sent[0].connect_timeout, wire.sent[0].read_timeout) == (connect, read)

    @pytest.mark.parametrize(("degree", "silence"), [("streaming", None), ("patient", 7), ("brief", 3)])
    def test_patience_comes_in_three_degrees(self, door: Door, wire: Wire, degree: str, silence: float | None) -> None:
        """Given the site's three clients, when each asks, then only the silence it bears differs."""
        wire.ok(ME, OWNER)
        getattr(door, degree).users.me()
        assert (wire.sent[0].connect_timeout, wire.sent[0].read_timeout) == (3, silence)

    def test_nobody_is_briefer_than_the_owner(self, make_settings: Callable[..., Settings], wire: Wire) -> None:
        """Given an owner who waits 1 s, when the brief client asks, then it waits no longer either."""
        wire.ok(ME, OWNER)
        Door(make_settings(COZE_TIMEOUT="1")).brief.users.me()
        assert wire.sent[0].read_timeout == 1


@pytest.mark.asyncio
class TestCustomHTTPClient:
    """An HTTP client that the caller has made."""

    async def test_its_hooks_see_request_and_response(self, make_sdk: Callable[..., Client], wire: Wire) -> None:
        """Given a client with hooks, when Coze is asked, then they see the status that the SDK hides."""
        seen: list[Any] = []

        def note(message: httpx.Request | httpx.Response) -> None:
            seen.append(getattr(message, "status_code", None) or str(message.url))

        async def note_async(message: httpx.Request | httpx.Response) -> None:
            note(message)

        hook: Any = note_async if make_sdk().is_async else note
        wire.json(ME, {"code": 0, "data": OWNER}, 202)
        await make_sdk(event_hooks={"request": [hook], "response": [hook]}).ask(me)
        assert seen == [f"{BASE_URL}/v1/users/me", 202]

    async def test_its_default_headers_are_not_sent(self, make_sdk: Callable[..., Client], wire: Wire) -> None:
        """Given a client with a header, when the SDK asks, then it is missing, for the SDK builds requests itself."""
        wire.ok(ME, OWNER)
        await make_sdk(headers={"X-Team": "a"}).ask(me)
        assert "x-team" not in wire.sent[0].headers

    async def test_it_follows_redirects_unless_told_not_to(self, make_sdk: Callable[..., Client], wire: Wire) -> None:
        """Given a redirect, when the SDK as it comes meets it, then it goes on to where it leads."""
        wire.play(ME, b"", 307, location="/v1/elsewhere")
        wire.ok("GET /v1/elsewhere", OWNER)
        assert (await make_sdk().ask(me)).user_name == "ann"


@pytest.fixture
def level() -> Iterator[None]:
    """Put the SDK's log level back."""
    logger = logging.getLogger("cozepy")
    before = logger.level
    yield
    logger.setLevel(before)


@pytest.mark.usefixtures("level")
class TestLogging:
    """What the SDK writes into the log, which must never be the token."""

    @pytest.mark.asyncio
    @pytest.mark.parametrize(
        ("chosen", "is_told"), [(logging.DEBUG, True), (logging.INFO, False), (logging.WARNING, False)]
    )
    async def test_calls_are_told_at_debug_only(
        self, sdk: Client, wire: Wire, caplog: pytest.LogCaptureFixture, chosen: int, *, is_told: bool
    ) -> None:
        """Given a level, when a call succeeds, then the log has its address and answer at DEBUG and else nothing."""
        cozepy.setup_logging(chosen)
        wire.ok(ME, OWNER)
        await sdk.ask(me)
        told = " ".join(record.getMessage() for record in caplog.records if record.name == "cozepy")
        assert (f"{BASE_URL}/v1/users/me" in told, "'user_name': 'ann'" in told) == (is_told, is_told)

    @pytest.mark.asyncio
    @pytest.mark.parametrize("chosen", [logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL])
    async def test_the_token_is_in_no_line_at_any_level(
        self, sdk: Client, wire: Wire, caplog: pytest.LogCaptureFixture, keys: Keys, chosen: int
    ) -> None:
        """Given a level for all loggers, when calls succeed, fail and stream, then no line holds the token."""
        caplog.set_level(chosen)
        cozepy.setup_logging(chosen)
        wire.ok(ME, OWNER)
        wire.refuse("GET /v1/bots/1", 4100, 401)
        wire.stream("POST /v3/chat", answer("hi"))
        await sdk.ask(me)
        with pytest.raises(cozepy.CozeAPIError):
            await sdk.ask(lambda coze: coze.bots.retrieve(bot_id="1", use_api_version=2))
        await sdk.events(lambda coze: coze.chat.stream(bot_id="1", user_id="u"))
        assert keys.token not in caplog.text
        assert bool(caplog.text) == (chosen <= logging.WARNING)

    @pytest.mark.asyncio
    async def test_a_refusal_is_told_with_its_logid(
        self, sdk: Client, wire: Wire, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Given a refusal, when the SDK as it comes meets it, then one warning names code and log id."""
        wire.refuse(ME, 4100, 401)
        with pytest.raises(cozepy.CozeAPIError):
            await sdk.ask(me)
        (record,) = [record for record in caplog.records if record.name == "cozepy"]
        assert record.levelno == logging.WARNING
        assert f"logid={LOGID}, code=4100" in record.getMessage()

    @pytest.mark.asyncio
    async def test_ours_keeps_coze_s_words_out_of_the_log(
        self, ours: Client, wire: Wire, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Given a refusal, when our client meets it at the site's level, then the log has nothing of its text."""
        wire.refuse(ME, 4000)
        with pytest.raises(RefusedError):
            await ours.ask(me)
        assert "upstream words" not in caplog.text

    def test_the_sdk_writes_through_the_owner_s_logging(self) -> None:
        """Given the gateway, when it is imported, then the SDK's own handler to stderr is gone."""
        logger = logging.getLogger("cozepy")
        assert (logger.handlers, logger.propagate) == ([], True)

    def test_a_level_that_does_not_exist_is_refused(self) -> None:
        """Given a number between two levels, when it is set, then the SDK says so."""
        with pytest.raises(ValueError, match="invalid log level: 15"):
            cozepy.setup_logging(15)


class TestInvalidSettings:
    """What cannot be used is refused before anything is sent."""

    @pytest.mark.parametrize("auth", [cozepy.TokenAuth, cozepy.AsyncTokenAuth])
    @pytest.mark.parametrize("token", ["", None])
    def test_the_sdk_refuses_an_empty_token(self, auth: Callable[[Any], Any], token: str | None) -> None:
        """Given no token, when the SDK's credentials are made, then they are refused."""
        with pytest.raises(AssertionError):
            auth(token)

    @pytest.mark.asyncio
    async def test_the_site_says_which_variable_is_missing(self, make_settings: Callable[..., Settings]) -> None:
        """Given an empty COZE_PAT, when either client is made, then the error names the variable."""
        settings = make_settings(COZE_PAT="  ")
        with pytest.raises(NotConfiguredError) as caught:
            Door(settings)
        assert "COZE_PAT" in caught.value.body("en", "")["message"]
        with pytest.raises(NotConfiguredError):
            await async_coze(settings).__aenter__()

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("COZE_PAT", "pat_with a space"),
            ("COZE_PAT", "pat_带中文"),
            ("COZE_PAT", "pat_two\nlines"),
            ("COZE_API_BASE_URL", "not an address"),
            ("COZE_API_BASE_URL", "ftp://api.coze.cn"),
            ("COZE_API_BASE_URL", "https://api.coze.cn/v3/chat"),
            ("COZE_API_BASE_URL", "http://api.coze.cn"),
            ("COZE_API_BASE_URL", "https://user:secret@api.coze.cn"),
            *[("COZE_TIMEOUT", value) for value in ("0", "-1", "soon", "inf")],
            *[("COZE_CONNECT_TIMEOUT", value) for value in ("0", "-1", "soon", "inf")],
        ],
    )
    def test_the_site_names_the_variable_it_cannot_use(self, variable: str, value: str) -> None:
        """Given a value that cannot be used, when settings are read, then the variable is named, a token not shown."""
        with pytest.raises(SettingsError, match=variable) as caught:
            Settings.from_environ({variable: value})
        assert "pat_" not in str(caught.value)

    def test_every_fault_is_named_at_once(self) -> None:
        """Given three values that cannot be used, when settings are read, then all are named."""
        environ = {"COZE_PAT": "a b", "COZE_API_BASE_URL": "//", "COZE_TIMEOUT": "never"}
        with pytest.raises(SettingsError) as caught:
            Settings.from_environ(environ)
        assert [name for name in environ if f"- {name}:" in str(caught.value)] == list(environ)

    def test_the_async_client_wants_async_credentials(self, keys: Keys) -> None:
        """Given a synchronous token, when the asynchronous client is made of it, then the SDK warns."""
        with pytest.warns(DeprecationWarning, match="SyncAuth"):
            cozepy.AsyncCoze(cozepy.TokenAuth(keys.token), BASE_URL)


@pytest.mark.asyncio
class TestRefusals:
    """Coze says no: the status is often 200, and only the code tells."""

    @pytest.mark.parametrize(("code", "status"), [(700012006, 401), (4100, 401), (4101, 200), (700012006, 200)])
    async def test_an_expired_token_is_told_in_every_shape(
        self, ours: Client, wire: Wire, code: int, status: int
    ) -> None:
        """Given an expired token, when Coze says so with 401 or 200, then it is final and its owner is told."""
        wire.refuse(ME, code, status)
        with pytest.raises(RefusedError) as caught:
            await ours.ask(me)
        assert (caught.value.code, caught.value.http_status, caught.value.retryable) == (str(code), status, False)
        assert "did not accept this site's token" in caught.value.body("en", "")["message"]
        assert len(wire.sent) == 1

    @pytest.mark.parametrize(("key", "code", "status"), [("expired", 700012006, 401), ("other_region", 4100, 401)])
    async def test_the_sdk_alone_raises_code_words_and_logid(
        self, make_sdk: Callable[..., Client], wire: Wire, keys: Keys, key: str, code: int, status: int
    ) -> None:
        """Given a token that is expired or of the other region, when it is refused, then code, words and id come."""
        wire.refuse(ME, code, status)
        with pytest.raises(cozepy.CozeAPIError, match=f"code: {code}, msg: upstream words") as caught:
            await make_sdk(token=getattr(keys, key)).ask(me)
        assert (caught.value.code, caught.value.msg, caught.value.logid) == (code, "upstream words", LOGID)

    @pytest.mark.parametrize("code", [4000, 4008, 4016, 5000, 123456789])
    async def test_other_refusals_are_not_repeated(self, ours: Client, wire: Wire, code: int) -> None:
        """Given a code that says nothing of being busy, when it comes, then Coze is not asked again."""
        wire.refuse(ME, code)
        with pytest.raises(RefusedError, match=str(code)):
            await ours.ask(me)
        assert len(wire.sent) == 1

    async def test_the_sdk_takes_a_500_with_code_0_for_a_success(self, sdk: Client, wire: Wire) -> None:
        """Given a 500 whose JSON says nothing of an error, when the SDK as it comes reads it, then all seems well."""
        wire.json(ME, {"code": 0, "msg": "", "data": OWNER}, 500)
        assert (await sdk.ask(me)).user_name == "ann"

    async def test_ours_does_not(self, ours: Client, wire: Wire) -> None:
        """Given the same, when our client reads it, then the status counts."""
        wire.json(ME, {"code": 0, "msg": "", "data": OWNER}, 500)
        with pytest.raises(RefusedError) as caught:
            await ours.ask(me)
        assert (caught.value.code, caught.value.http_status) == ("upstream_error", 500)


class TestRateLimit:
    """Coze is busy: it has done nothing yet, so asking again is safe."""

    @pytest.mark.parametrize(("code", "status"), [(4009, 200), (4013, 200), (4020, 200), (4000, 429), (429, 429)])
    def test_it_is_asked_again(
        self, gateway: Gateway, wire: Wire, make_bot: Factory, waits: list[float], code: int, status: int
    ) -> None:
        """Given two refusals for being busy, when a call is made, then the third try is answered, each wait longer."""
        where = "GET /v1/bots/1"
        wire.refuse(where, code, status)
        wire.refuse(where, code, status)
        wire.ok(where, make_bot(bot_id="1"))
        assert gateway.bots.retrieve("1").id == "1"
        first, second = waits
        assert 0.5 <= first <= 0.75
        assert 1 <= second <= 1.25

    def test_three_times_are_enough(self, door: Door, wire: Wire, waits: list[float]) -> None:
        """Given a Coze that stays busy, when a call is made, then the third refusal is told."""
        wire.refuse(ME, 4013)
        with pytest.raises(RefusedError, match="4013"):
            door.ask(door.patient.users.me)
        assert (len(wire.sent), len(waits)) == (3, 2)

    @pytest.mark.parametrize("retry_after", ["2", "10"])
    def test_retry_after_is_waited_for(self, door: Door, wire: Wire, waits: list[float], retry_after: str) -> None:
        """Given a 429 with Retry-After of at most ten seconds, when a call is made, then exactly so long is waited."""
        wire.play(ME, b"", 429, retry_after=retry_after)
        wire.ok(ME, OWNER)
        assert door.ask(door.patient.users.me).user_name == "ann"
        assert waits == [float(retry_after)]

    def test_a_longer_one_is_told_instead(self, door: Door, wire: Wire, waits: list[float]) -> None:
        """Given a Retry-After of a minute, when a call is made, then it fails at once and names the minute."""
        wire.play(ME, b"", 429, retry_after="60")
        with pytest.raises(RefusedError) as caught:
            door.ask(door.patient.users.me)
        assert (caught.value.code, caught.value.retry_after, waits) == ("upstream_rate_limited", 60, [])
        assert "60" in caught.value.body("en", "")["message"]

    @pytest.mark.parametrize("headers", [{}, {"retry_after": "soon"}])
    def test_without_a_number_it_is_just_busy(
        self, door: Door, wire: Wire, waits: list[float], headers: dict[str, str]
    ) -> None:
        """Given a 429 that does not say how long, when it stays, then it is told as busy, after all tries."""
        wire.play(ME, b"", 429, **headers)
        with pytest.raises(RefusedError, match="upstream_busy"):
            door.ask(door.patient.users.me)
        assert (len(wire.sent), len(waits)) == (3, 2)

    @pytest.mark.asyncio
    async def test_the_async_client_leaves_it_to_its_user(self, ours_async: AsyncClient, wire: Wire) -> None:
        """Given a 429, when the asynchronous client meets it, then it is told with Retry-After and not repeated."""
        wire.play(ME, b"", 429, retry_after="2")
        with pytest.raises(RefusedError) as caught:
            await ours_async.ask(me)
        assert (caught.value.code, caught.value.retry_after, len(wire.sent)) == ("upstream_rate_limited", 2, 1)

    @pytest.mark.asyncio
    async def test_the_sdk_alone_loses_retry_after(self, sdk: Client, wire: Wire) -> None:
        """Given a 429 without JSON, when the SDK as it comes meets it, then the status is all that is left."""
        wire.play(ME, "slow down", 429, retry_after="2")
        with pytest.raises(cozepy.CozeAPIError) as caught:
            await sdk.ask(me)
        assert (caught.value.code, caught.value.msg) == (429, "slow down")


@pytest.mark.asyncio
class TestNetworkFaults:
    """Coze is not reached, or is lost."""

    @pytest.mark.parametrize("fault", ["refused", "connect timeout", "proxy"])
    async def test_a_connection_that_was_not_made(
        self, ours: Client, wire: Wire, waits: list[float], fault: str
    ) -> None:
        """Given no way to Coze, when it is asked, then the site tries three times and the async client once."""
        wire.fail(ME, fault)
        with pytest.raises(UnreachableError) as caught:
            await ours.ask(me)
        assert (caught.value.code, caught.value.through_proxy) == ("upstream_unavailable", fault == "proxy")
        assert (len(wire.sent), len(waits)) == ((1, 0) if ours.is_async else (3, 2))

    async def test_a_second_try_may_be_lucky(self, door: Door, wire: Wire, waits: list[float]) -> None:
        """Given a connection that is refused once, when the site asks, then its second try is answered."""
        wire.fail(ME, "refused")
        wire.ok(ME, OWNER)
        assert door.ask(door.patient.users.me).user_name == "ann"
        assert len(waits) == 1

    @pytest.mark.parametrize(("fault", "code"), [("silence", "upstream_timeout"), ("reset", "upstream_unavailable")])
    async def test_a_call_that_may_have_arrived_is_not_repeated(
        self, ours: Client, wire: Wire, fault: str, code: str
    ) -> None:
        """Given a connection that fails after it was made, when Coze is asked, then only once."""
        wire.fail(ME, fault)
        with pytest.raises(UpstreamError) as caught:
            await ours.ask(me)
        assert (caught.value.code, caught.value.retryable, len(wire.sent)) == (code, True, 1)

    @pytest.mark.parametrize(
        ("fault", "raised"),
        [
            ("refused", httpx.ConnectError),
            ("connect timeout", httpx.ConnectTimeout),
            ("proxy", httpx.ProxyError),
            ("silence", httpx.ReadTimeout),
            ("reset", httpx.RemoteProtocolError),
        ],
    )
    async def test_the_sdk_alone_lets_httpx_s_errors_through(
        self, sdk: Client, wire: Wire, fault: str, raised: type[Exception]
    ) -> None:
        """Given a fault of the network, when the SDK as it comes meets it, then it is httpx's and no CozeError."""
        wire.fail(ME, fault)
        with pytest.raises(raised) as caught:
            await sdk.ask(me)
        assert not isinstance(caught.value, cozepy.CozeError)


@pytest.mark.asyncio
class TestStrangeAnswers:
    """What came is no answer of Coze's."""

    @pytest.mark.parametrize("status", [200, 502])
    async def test_a_proxy_s_page_is_never_shown(self, ours: Client, wire: Wire, status: int) -> None:
        """Given HTML, when our client gets it under any status, then it is an error of ours without the page."""
        wire.play(ME, "<html>Bad Gateway</html>", status, content_type="text/html")
        with pytest.raises(RefusedError) as caught:
            await ours.ask(me)
        assert (caught.value.code, caught.value.http_status, caught.value.is_json) == ("upstream_error", status, False)
        assert "html" not in f"{caught.value} {caught.value.text} {caught.value.body('zh', '')}".lower()

    @pytest.mark.parametrize("status", [200, 502])
    async def test_the_sdk_alone_takes_it_for_coze_s_words(self, sdk: Client, wire: Wire, status: int) -> None:
        """Given HTML, when the SDK as it comes gets it, then the page is the message and the status the code."""
        wire.play(ME, "<html>Bad Gateway</html>", status, content_type="text/html")
        with pytest.raises(cozepy.CozeAPIError) as caught:
            await sdk.ask(me)
        assert (caught.value.code, caught.value.msg) == (status, "<html>Bad Gateway</html>")

    @pytest.mark.parametrize("body", ["", "[1]", '{"code":0,', b"\xff\xfe"])
    async def test_what_is_no_json_object_is_an_error(self, ours: Client, wire: Wire, body: str | bytes) -> None:
        """Given a body that is cut or no object, when our client gets it, then it is an upstream error."""
        wire.play(ME, body, content_type="application/json")
        with pytest.raises(RefusedError) as caught:
            await ours.ask(me)
        assert (caught.value.code, caught.value.is_json) == ("upstream_error", False)

    @pytest.mark.parametrize("data", [{}, {"user_id": 1}, None])
    async def test_a_success_without_its_fields_is_an_error(
        self, door: Door, wire: Wire, caplog: pytest.LogCaptureFixture, data: object
    ) -> None:
        """Given a yes that lacks what was asked for, when the site asks, then it is told, and logged by type only."""
        wire.ok(ME, data)
        with pytest.raises(UpstreamError, match="upstream_error"):
            door.ask(door.patient.users.me)
        assert "cannot read: ValidationError" in caplog.text

    @pytest.mark.parametrize("code", ["4100", "abc", -1, [4100]])
    async def test_a_code_of_another_type_is_still_a_no(self, ours: Client, wire: Wire, code: object) -> None:
        """Given a code that is no positive integer, when our client gets it, then it is a refusal all the same."""
        wire.refuse(ME, code)
        with pytest.raises(RefusedError) as caught:
            await ours.ask(me)
        assert caught.value.code == ("4100" if code == "4100" else "upstream_error")

    async def test_an_error_without_a_code_is_read_by_the_sdk(self, sdk: Client, wire: Wire) -> None:
        """Given nothing but `error_message`, when the SDK as it comes gets it, then its code is None."""
        wire.json(ME, {"error_message": "no"})
        with pytest.raises(cozepy.CozeAPIError, match="no") as caught:
            await sdk.ask(me)
        assert caught.value.code is None


@pytest.mark.asyncio
class TestLogIds:
    """The id by which Coze's support finds a call."""

    HEADERS = (
        pytest.param({"x_tt_logid": "cloud"}, {}, "cloud", id="cloud"),
        pytest.param({"x_log_id": "studio"}, {}, "studio", id="studio"),
        pytest.param({}, {"detail": {"logid": "body"}}, "body", id="body"),
        pytest.param({"x_tt_logid": "cloud", "x_log_id": "studio"}, {"detail": {"logid": "body"}}, "cloud", id="all"),
        pytest.param({}, {}, "", id="none"),
        pytest.param({"x_tt_logid": "<script>"}, {}, "", id="forged"),
    )

    @pytest.mark.parametrize(("headers", "more", "logid"), HEADERS)
    async def test_ours_finds_it_on_success(
        self, ours: Client, wire: Wire, headers: dict[str, str], more: dict[str, Any], logid: str
    ) -> None:
        """Given a log id in either header or in the body, when a call succeeds, then the result has it."""
        wire.json(ME, {"code": 0, "msg": "", "data": OWNER, **more}, 200, **headers)
        assert (await ours.ask(me)).response.logid == logid

    @pytest.mark.parametrize(("headers", "more", "logid"), HEADERS)
    async def test_ours_finds_it_on_failure(
        self, ours: Client, wire: Wire, headers: dict[str, str], more: dict[str, Any], logid: str
    ) -> None:
        """Given a log id in either header or in the body, when a call is refused, then the error has it."""
        wire.json(ME, {"code": 4100, "msg": "no", **more}, 401, **headers)
        with pytest.raises(RefusedError) as caught:
            await ours.ask(me)
        assert caught.value.logid == logid

    async def test_the_sdk_alone_knows_the_cloud_s_header_only(self, sdk: Client, wire: Wire) -> None:
        """Given a log id in the body and in Studio's header, when the SDK as it comes looks, then it finds none."""
        wire.json(ME, {"code": 0, "msg": "", "data": OWNER, "detail": {"logid": "body"}}, x_log_id="studio")
        assert (await sdk.ask(me)).response.logid is None
