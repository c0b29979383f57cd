"""The SDK's asyncio client, made as carefully as the one behind the page; for programs of the owner's own."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import cozepy
import httpx

from coze_web.errors import BrokenStreamError, CozeWebError, RefusedError
from coze_web.gateway.client import name_the_page_twice
from coze_web.gateway.oauth import AsyncOwnerAuth
from coze_web.gateway.sdk import UNLIMITED_POOL, token_of
from coze_web.gateway.studio import translate_answer, translate_request
from coze_web.gateway.tidy import Tidy
from coze_web.refusals import look_at_async, our_errors, read_logid
from coze_web.transport import trust

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from coze_web.settings import Settings


@asynccontextmanager
async def async_coze(settings: Settings) -> AsyncIterator[cozepy.AsyncCoze]:
    """Give an `AsyncCoze` with this site's credential, address, timeouts and pool; the end closes every connection.

    What Coze and the network refuse is raised as UpstreamError or one of its kinds; a stream that breaks off raises
    BrokenStreamError where the SDK alone would end as if the answer were whole. Nothing is tried again. An answer that
    has not what the SDK's models require raises the SDK's own error; within `coze_web.refusals.our_errors` that is an
    UpstreamError too.

    Raises:
        NotConfiguredError: neither a token nor a key is set.

    """
    with our_errors():
        client = _Client(settings)
    async with client as http:
        yield cozepy.AsyncCoze(_auth(settings, client), settings.base_url, http)


def _auth(settings: Settings, http: _Client) -> cozepy.AsyncAuth:
    if settings.jwt is not None:
        http.oauth = AsyncOwnerAuth(settings.jwt, settings.base_url, http)
        return http.oauth
    return cozepy.AsyncTokenAuth(token_of(settings))


class _Client(cozepy.AsyncHTTPClient):
    """Translates what goes wrong, and keeps from the SDK's reader what it cannot read.

    Attributes:
        oauth: forgets the token that Coze refuses; None where the token is the owner's own.

    """

    oauth: AsyncOwnerAuth | None = None

    def __init__(self, settings: Settings) -> None:
        self._is_studio = settings.flavor == "studio"
        pool = settings.max_streams or UNLIMITED_POOL
        super().__init__(  # type: ignore[no-untyped-call] # of the SDK
            timeout=httpx.Timeout(settings.timeout, connect=settings.connect_timeout),
            limits=httpx.Limits(max_connections=pool, max_keepalive_connections=pool),
            follow_redirects=False,
            verify=trust(settings.base_url),
            event_hooks={"request": [_name_the_page_twice], "response": [look_at_async]},
        )

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        if self._is_studio:
            translate_request(request)
        try:
            with our_errors():
                response = await super().send(request, **options)
        except RefusedError as error:
            if self.oauth is not None:
                self.oauth.drop(request, error)
            raise
        # What is compressed could only be read after httpx has unpacked it; Coze was never seen to do so.
        is_stream = "event-stream" in response.headers.get("content-type", "")
        if is_stream and "content-encoding" not in response.headers:
            response.stream = _TidyStream(response)
        return translate_answer(response) if self._is_studio else response


class _TidyStream(httpx.AsyncByteStream):
    def __init__(self, response: httpx.Response) -> None:
        stream = response.stream
        if not isinstance(stream, httpx.AsyncByteStream):
            raise TypeError(stream)
        self._stream = stream
        self._tidy = Tidy(with_ids=response.request.url.path.startswith("/v1/workflow/"))
        self._logid = read_logid(response, {})

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            with our_errors(BrokenStreamError("upstream_truncated", logid=self._logid)):
                async for chunk in self._stream:
                    for event in self._tidy.feed(chunk):
                        yield event
                    if self._tidy.ended:
                        return
                for event in self._tidy.finish():
                    yield event
        except CozeWebError as error:
            error.logid = error.logid or self._logid
            raise

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _name_the_page_twice(request: httpx.Request) -> None:
    name_the_page_twice(request)
