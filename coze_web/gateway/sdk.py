"""The SDK's clients: how they are built, and what every call through them has.

cozepy builds the request, adds the token and reads JSON; event streams are read raw, since its own reader takes lines
in pairs, dies of a comment and takes a cut stream for a complete one.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol, TypeVar

import cozepy
import httpx
import tenacity

from coze_web.call import Call, current_call
from coze_web.errors import (
    BrokenStreamError,
    CozeWebError,
    NotConfiguredError,
    RefusedError,
    UnreachableError,
    UpstreamError,
)
from coze_web.gateway.oauth import SessionAuth, as_session
from coze_web.gateway.studio import translate_answer, translate_request
from coze_web.metrics import UPSTREAM_RETRIES, count_upstream_error
from coze_web.refusals import look_at, our_errors, read_logid
from coze_web.transport import RequestsTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coze_web.settings import Settings

TRIES = 3
LONGEST_RETRY_AFTER = 10
BRIEF_TIMEOUT = 3
UNLIMITED_POOL = 1000
# Coze turned the request away before doing anything: at capacity, model rate limit, requests per minute.
NOTHING_DONE = {"4009", "4013", "4020"}

T = TypeVar("T")

_sdk_log = logging.getLogger("cozepy")
_sdk_log.handlers.clear()  # its own handler writes to stderr, past the owner's logging
_sdk_log.propagate = True


class _SdkStream(Protocol):
    _raw_response: httpx.Response


class EventStream:
    """An answer that is being written: iterate over its bytes (b"": the call was nudged), and close it."""

    def __init__(self, stream: _SdkStream) -> None:
        response = stream._raw_response  # noqa: SLF001 - the SDK has no public way to the bytes
        self.logid = read_logid(response, {})
        # The transport's own body: what httpx wraps around it counts bytes, cuts nothing, and would be kept meanwhile.
        self._body = response.extensions["body"]

    def __iter__(self) -> Iterator[bytes]:
        with our_errors(BrokenStreamError("upstream_truncated", logid=self.logid)):
            yield from self._body.arriving()

    @property
    def is_read(self) -> bool:
        """Whether it came to its end."""
        return bool(self._body.is_read)

    def close(self) -> None:
        """Close the upstream connection, or give it back when the answer was read to its end."""
        self._body.close()


class Door:
    """One credential, one pool of connections, and three degrees of patience.

    Attributes:
        streaming: waits for ever; the relay's clock measures a stream's silence, which saves a timer for every read.
        patient: waits as long as the owner's `COZE_TIMEOUT` says.
        brief: waits three seconds at most, for what must not hold up anybody.

    Raises:
        NotConfiguredError: neither a token nor a key is set.

    """

    def __init__(self, settings: Settings) -> None:
        self._is_studio = settings.flavor == "studio"
        transport = RequestsTransport(settings.base_url, pool_size=settings.max_streams or UNLIMITED_POOL)
        oauth = _oauth(settings, transport)
        auth = oauth or cozepy.TokenAuth(token_of(settings))

        def client(silence: float | None) -> cozepy.Coze:
            timeout = httpx.Timeout(silence, connect=settings.connect_timeout)
            return cozepy.Coze(auth, settings.base_url, _Client(transport, timeout, oauth, studio=self._is_studio))

        self.streaming = client(None)
        self.patient = client(settings.timeout)
        self.brief = client(min(BRIEF_TIMEOUT, settings.timeout))
        # Its first call asks the operating system its name, by starting processes: not while visitors wait.
        cozepy.version.user_agent()
        cozepy.version.coze_client_user_agent()

    def ask(self, request: Callable[[], T], call: Call | None = None, session_name: str = "") -> T:
        """Make one call of the SDK; again, at most twice, only where Coze did nothing yet.

        Another thread may `call.hang_up()` meanwhile. The call is made for a visitor's session, or else for the owner.

        Raises:
            UnreachableError, RefusedError, UpstreamError: there is no answer.

        """
        # Only this request can be hung up on, not what the same thread asks afterwards, such as a cancellation.
        call = call or Call()
        token = current_call.set(call)
        try:
            with as_session(session_name):
                answer: T = _retrying(_once, request, call)
        finally:
            current_call.reset(token)
        return answer

    def begin_conversation(self, bot_id: str, call: Call) -> str | None:
        """Make the conversation that a chat with a Studio needs; None on the cloud, where a chat makes its own.

        Raises:
            UnreachableError, RefusedError, UpstreamError: there is none.
            CozeWebError: the call was hung up meanwhile, so that nothing is to follow.

        """
        if not self._is_studio:
            return None
        made = self.ask(lambda: self.streaming.conversations.create(bot_id=bot_id), call)
        if call.hung_up.is_set():
            raise CozeWebError("visitor_left")
        return made.id

    def ask_once(self, request: Callable[[], T]) -> T:
        """Make one call of the SDK, whatever comes of it; raises what `ask` does."""
        return _once(request, Call())


def token_of(settings: Settings) -> str:
    """Return the token.

    Raises:
        NotConfiguredError: the token is not set.

    """
    if settings.pat is None:
        raise NotConfiguredError(["COZE_PAT"])
    return settings.pat.get_secret_value()


def _oauth(settings: Settings, transport: RequestsTransport) -> SessionAuth | None:
    if settings.jwt is None:
        return None
    # To get a token is a part of connecting: the relay's clock takes no more time for both.
    http = _Client(transport, httpx.Timeout(settings.connect_timeout))
    return SessionAuth(settings.jwt, settings.base_url, http, patience=2 * settings.connect_timeout)


class _Client(cozepy.SyncHTTPClient):
    """Hands requests to the transport: without the redirects, cookies and authentication flows of httpx's client."""

    def __init__(
        self,
        transport: RequestsTransport,
        timeout: httpx.Timeout,
        oauth: SessionAuth | None = None,
        *,
        studio: bool = False,
    ) -> None:
        super().__init__(transport=transport, timeout=timeout)  # type: ignore[no-untyped-call]
        self._way = transport
        self._oauth = oauth
        self._is_studio = studio

    def send(self, request: httpx.Request, *, stream: bool = False, **_: object) -> httpx.Response:
        name_the_page_twice(request)
        if self._is_studio:
            translate_request(request)
        try:
            return self._send(request, stream=stream)
        except RefusedError as error:
            # Whom Coze does not let in, it has done nothing for.
            if self._oauth is None or not self._oauth.renew(request, error):
                raise
        return self._send(request, stream=stream)

    def _send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        request.extensions = {"timeout": self.timeout.as_dict()}
        response = self._way.handle_request(request)
        response.request = request
        try:
            look_at(response)
            if not stream:
                response.read()
        except BaseException:
            response.close()
            raise
        return translate_answer(response) if self._is_studio else response


def name_the_page_twice(request: httpx.Request) -> None:
    """Say the page number of `GET /v1/bots` under both its names: the SDK sends one, Coze's reference has the other."""
    page = request.method == "GET" and request.url.params.get("page_index")
    if page:
        request.url = request.url.copy_set_param("page_num", page)


def _once(request: Callable[[], T], call: Call) -> T:
    try:
        with our_errors(), call.connecting():
            return request()
    except UpstreamError as error:
        if not call.hung_up.is_set():  # or it failed because we hung up
            count_upstream_error(error.code)
        raise


def _may_retry(error: BaseException) -> bool:
    if isinstance(error, RefusedError):
        busy = error.http_status == httpx.codes.TOO_MANY_REQUESTS or error.code in NOTHING_DONE
        return busy and (error.retry_after or 0) <= LONGEST_RETRY_AFTER
    return isinstance(error, UnreachableError)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    backoff = tenacity.wait_exponential_jitter(multiplier=0.5, jitter=0.25)(state)
    return max(backoff, getattr(error, "retry_after", None) or 0)


class _HungUp(tenacity.stop.stop_base):
    """Stop when another thread has hung up the call that this one is making."""

    def __call__(self, _: tenacity.RetryCallState) -> bool:
        call = current_call.get()
        return call is not None and call.hung_up.is_set()


def _sleep(seconds: float) -> None:
    call = current_call.get()
    if call is not None:
        call.hung_up.wait(seconds)


_retrying = tenacity.Retrying(
    retry=tenacity.retry_if_exception(_may_retry),
    stop=tenacity.stop_after_attempt(TRIES) | _HungUp(),
    wait=_wait,
    sleep=_sleep,
    before_sleep=lambda _: UPSTREAM_RETRIES.inc(),
    reraise=True,
)
