"""The one door to Coze: builds the SDK's client, opens chats, and turns what goes wrong into our errors.

Source: Coze chat v3 API. cozepy opens the stream and adds the token; the bytes are read raw, since its own reader takes
lines in pairs, dies of a comment and takes a cut stream for a complete one.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from typing import TYPE_CHECKING

import httpx
import pydantic
import tenacity

from coze_web.call import Call, current_call
from coze_web.errors import (
    BrokenStreamError,
    NotConfiguredError,
    RefusedError,
    UnreachableError,
)
from coze_web.refusals import our_errors, raise_refusal, read_logid
from coze_web.transport import RequestsTransport

with warnings.catch_warnings(record=True):
    # Authlib announces, past every filter, a deprecation that only cozepy can heed.
    import cozepy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.settings import Settings

TRIES = 3
LONGEST_RETRY_AFTER = 10
BRIEF_TIMEOUT = 3
UNLIMITED_POOL = 1000
# Coze turned the request away before doing anything: at capacity, model rate limit, requests per minute.
NOTHING_DONE = {"4009", "4013", "4020"}

_sdk_log = logging.getLogger("cozepy")
_sdk_log.handlers.clear()  # its own handler writes to stderr, past the owner's logging
_sdk_log.propagate = True


class ChatStream:
    """An answer that is being written: iterate over its bytes, and close it."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.logid = read_logid(response, {})

    def __iter__(self) -> Iterator[bytes]:
        with our_errors(BrokenStreamError("upstream_truncated", logid=self.logid)):
            yield from self._response.iter_raw()

    def close(self) -> None:
        """Close the upstream connection, or give it back when the answer was read to its end."""
        self._response.close()


class Gateway:
    """Coze as this site sees it: one bot, one token, one pool of connections.

    Raises:
        NotConfiguredError: the token or the bot is not set.

    """

    def __init__(self, settings: Settings) -> None:
        if settings.pat is None or settings.bot_id is None:
            raise NotConfiguredError(settings.missing)
        self.bot_id = settings.bot_id
        auth = cozepy.TokenAuth(settings.pat.get_secret_value())
        transport = RequestsTransport(settings.base_url, pool_size=settings.max_streams or UNLIMITED_POOL)
        # The relay's clock measures a stream's silence, which saves a timer started and cancelled for every read.
        self._coze = _sdk_client(settings, auth, transport, silence=None)
        self._brief = _sdk_client(settings, auth, transport, silence=min(BRIEF_TIMEOUT, settings.timeout))
        # Its first call asks the operating system its name, by starting processes: not while visitors wait.
        cozepy.version.user_agent()
        cozepy.version.coze_client_user_agent()

    def open_chat(self, message: str, user_id: str, call: Call) -> ChatStream:
        """Ask the bot one question in a conversation of its own.

        Tries again, at most twice, only where Coze did nothing yet. Another thread may `call.hang_up()` meanwhile.

        Raises:
            UnreachableError, RefusedError, UpstreamError: no answer was begun.

        """
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_retry),
            stop=tenacity.stop_after_attempt(TRIES) | tenacity.stop_when_event_set(call.hung_up),
            wait=_wait,
            sleep=tenacity.sleep_using_event(call.hung_up),
            reraise=True,
        )
        # Only this request can be hung up on, not what the same thread asks afterwards, such as a cancellation.
        token = current_call.set(call)
        try:
            return retrying(self._open_chat_once, message, user_id)
        finally:
            current_call.reset(token)

    def _open_chat_once(self, message: str, user_id: str) -> ChatStream:
        with our_errors():
            stream = self._coze.chat.stream(
                bot_id=self.bot_id,
                user_id=user_id,
                additional_messages=[cozepy.Message.build_user_question_text(message)],
            )
            return ChatStream(stream._raw_response)  # noqa: SLF001 - the SDK has no public way to the bytes

    def cancel_chat(self, conversation_id: str, chat_id: str) -> None:
        """Stop a chat at Coze, where it goes on and costs tokens even when nobody listens.

        Raises:
            UpstreamError: Coze could not be told.

        """
        # A no was seen before the SDK reads it; the self-hosted Studio's yes has no `data` for the SDK's model.
        with our_errors(), contextlib.suppress(pydantic.ValidationError):
            self._brief.chat.cancel(conversation_id=conversation_id, chat_id=chat_id)

    def whoami(self) -> None:
        """Ask who owns the token: the cheapest call that a good token passes.

        Raises:
            UpstreamError: the token was refused, or Coze was not reached.

        """
        with our_errors():
            self._brief.users.me()

    def published_bot(self) -> str:
        """Return the bot's name as published to the API.

        Raises:
            UpstreamError: no such bot is published there, or Coze was not reached.

        """
        with our_errors():
            return self._brief.bots.retrieve(bot_id=self.bot_id).name or ""

    def draft_bot(self) -> str:
        """Return the bot's name as its owner edits it, published or not.

        Raises:
            UpstreamError: the token sees no such bot, or Coze was not reached.

        """
        with our_errors():
            return self._brief.bots.retrieve(bot_id=self.bot_id, is_published=False, use_api_version=2).name or ""


def _sdk_client(
    settings: Settings, auth: cozepy.TokenAuth, transport: RequestsTransport, *, silence: float | None
) -> cozepy.Coze:
    http = cozepy.SyncHTTPClient(
        transport=transport,
        timeout=httpx.Timeout(silence, connect=settings.connect_timeout),
        follow_redirects=False,
        event_hooks={"response": [raise_refusal]},
    )
    return cozepy.Coze(auth, settings.base_url, http)


def _may_retry(error: BaseException) -> bool:
    if isinstance(error, RefusedError):
        busy = error.http_status == httpx.codes.TOO_MANY_REQUESTS or error.code in NOTHING_DONE
        return busy and (error.retry_after or 0) <= LONGEST_RETRY_AFTER
    return isinstance(error, UnreachableError)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    backoff = tenacity.wait_exponential_jitter(multiplier=0.5, jitter=0.25)(state)
    return max(backoff, getattr(error, "retry_after", None) or 0)
