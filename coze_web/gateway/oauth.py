"""JWT OAuth: the SDK signs with the owner's key and exchanges that for tokens, one for each session of Coze's.

Source: `POST /api/permission/oauth2/token` as cozepy's JWTOAuthApp asks it; its `expires_in` is a Unix time.
"""

from __future__ import annotations

import asyncio
import contextlib
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import cozepy
import httpx
from cozepy.request import Requester

from coze_web.call import current_call
from coze_web.errors import RefusedError, UpstreamError
from coze_web.gateway.tokens import Token, Tokens
from coze_web.refusals import is_about_token, may_be_about_permission, our_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.credentials import JwtKey

LIFETIME = 3600  # seconds that a token is asked to last; Coze grants up to 86,399
BEARER = "Bearer"
# RFC 6749, 5.2. Coze was seen to answer 401 to a key that it does not know.
KEY_REFUSED = {httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}

current_session: ContextVar[str] = ContextVar("current_session", default="")


@contextlib.contextmanager
def as_session(name: str) -> Iterator[None]:
    """Make the calls within for one visitor, whose data Coze keeps apart by this name; "" is the owner."""
    token = current_session.set(name)
    try:
        yield
    finally:
        current_session.reset(token)


class SessionAuth(cozepy.SyncAuth):
    """Puts the token of the current session into each request.

    Args:
        http: what asks for tokens.
        patience: seconds that a request waits for a token which another one fetches.

    """

    def __init__(self, key: JwtKey, base_url: str, http: cozepy.SyncHTTPClient, patience: float) -> None:
        self._app = cozepy.JWTOAuthApp(*_arguments(key), base_url)
        self._app._requester = Requester(sync_client=http)  # noqa: SLF001 - the SDK would make a client of its own
        self._tokens = Tokens(self._fetch, patience)

    @property
    def token_type(self) -> str:
        return BEARER

    @property
    def token(self) -> str:
        return self._tokens.get(current_session.get())

    def renew(self, request: httpx.Request, refusal: RefusedError) -> bool:
        """Give a request another token where Coze refused the one that it had; say whether it is worth sending again.

        Raises:
            UpstreamError: Coze gives no other.

        """
        if not is_about_token(refusal):
            return False
        session = current_session.get()
        if not self._tokens.drop(session, _token_in(request), unless_new=may_be_about_permission(refusal)):
            return False
        request.headers["Authorization"] = f"{BEARER} {self._tokens.get(session)}"
        return True

    def _fetch(self, session: str) -> Token:
        # Others wait for this token too: who hangs up on the call that needs it must not hang up on them.
        call = current_call.set(None)
        try:
            with _key_refused(), our_errors():
                return _token(self._app.get_access_token(LIFETIME, session_name=session or None))
        finally:
            current_call.reset(call)


class AsyncOwnerAuth(cozepy.AsyncAuth):
    """Puts the owner's token into each request of the asyncio client; `http` is what asks for tokens."""

    def __init__(self, key: JwtKey, base_url: str, http: cozepy.AsyncHTTPClient) -> None:
        self._app = cozepy.AsyncJWTOAuthApp(*_arguments(key), base_url)
        self._app._requester = Requester(async_client=http)  # noqa: SLF001 - as above
        self._asking = asyncio.Lock()
        self._known: Token | None = None

    @property
    def token_type(self) -> str:
        return BEARER

    @property
    async def atoken(self) -> str:
        async with self._asking:
            if self._known is None or not self._known.is_fresh:
                self._known = await self._fetch(self._known)
            return self._known.text

    def drop(self, request: httpx.Request, refusal: RefusedError) -> None:
        """Forget the token of a request where Coze refused it; see `SessionAuth.renew`."""
        known = self._known
        if known is None or known.text != _token_in(request) or not is_about_token(refusal):
            return
        if not (known.is_new and may_be_about_permission(refusal)):
            self._known = None

    async def _fetch(self, known: Token | None) -> Token:
        try:
            with _key_refused(), our_errors():
                return _token(await self._app.get_access_token(LIFETIME))
        except UpstreamError:
            # It may have been refused meanwhile.
            if known is None or known is not self._known or not known.is_valid:
                raise
            return known.later()


def _token_in(request: httpx.Request) -> str:
    return str(request.headers.get("Authorization", "")).removeprefix(f"{BEARER} ")


def _arguments(key: JwtKey) -> tuple[str, Any, str]:
    # The SDK's type is a text; but it would be read and checked for each signature, while all other answers wait.
    return key.client_id, key.signer, key.public_key_id


def _token(granted: cozepy.OAuthToken) -> Token:
    return Token.granted(granted.access_token, granted.expires_in, LIFETIME)


@contextlib.contextmanager
def _key_refused() -> Iterator[None]:
    """Tell a key that Coze refuses from a token that it refuses: other people can do something about it."""
    try:
        yield
    except RefusedError as error:
        if not error.is_json or error.http_status not in KEY_REFUSED:
            raise
        refused = RefusedError("oauth_refused", logid=error.logid, http_status=error.http_status)
        refused.text, refused.clock_ahead = error.text, error.clock_ahead
        raise refused from error
