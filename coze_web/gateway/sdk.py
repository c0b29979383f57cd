"""The SDK's clients: how they are built, and what every call through them has.

cozepy builds the request, adds the token and reads JSON; event streams are read raw, since its own reader takes lines
in pairs, dies of a comment and takes a cut stream for a complete one.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

import cozepy
import httpx

from coze_web.call import Call, current_call
from coze_web.errors import NotConfiguredError
from coze_web.gateway.client import Client
from coze_web.gateway.oauth import SessionAuth, as_session
from coze_web.gateway.retries import once, retrying
from coze_web.transport import RequestsTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from coze_web.settings import Settings

BRIEF_TIMEOUT = 3
UNLIMITED_POOL = 1000

T = TypeVar("T")

_sdk_log = logging.getLogger("cozepy")
_sdk_log.handlers.clear()  # its own handler writes to stderr, past the owner's logging
_sdk_log.propagate = True


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
            return cozepy.Coze(auth, settings.base_url, Client(transport, timeout, oauth, studio=self._is_studio))

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
            CozeWebError: the call was hung up before it was made.

        """
        # Only this request can be hung up on, not what the same thread asks afterwards, such as a cancellation.
        call = call or Call()
        token = current_call.set(call)
        try:
            with as_session(session_name):
                answer: T = retrying(once, request, call)
        finally:
            current_call.reset(token)
        return answer

    def begin_conversation(self, bot_id: str, call: Call) -> str | None:
        """Make the conversation that a chat with a Studio needs; None on the cloud, where a chat makes its own.

        Raises:
            UnreachableError, RefusedError, UpstreamError: there is none.

        """
        if not self._is_studio:
            return None
        return self.ask(lambda: self.streaming.conversations.create(bot_id=bot_id), call).id

    def ask_once(self, request: Callable[[], T]) -> T:
        """Make one call of the SDK, whatever comes of it; raises what `ask` does."""
        return once(request, Call())


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
    http = Client(transport, httpx.Timeout(settings.connect_timeout))
    return SessionAuth(settings.jwt, settings.base_url, http, patience=2 * settings.connect_timeout)
