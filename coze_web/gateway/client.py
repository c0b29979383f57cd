"""The SDK's HTTP client: hands its requests to our transport, and looks at the answers before the SDK does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cozepy

from coze_web.call import current_call
from coze_web.errors import CozeWebError, RefusedError
from coze_web.gateway.studio import translate_answer, translate_request
from coze_web.metrics import UPSTREAM_RETRIES, count_upstream_error
from coze_web.refusals import look_at

if TYPE_CHECKING:
    import httpx

    from coze_web.gateway.oauth import SessionAuth
    from coze_web.transport import RequestsTransport


class Client(cozepy.SyncHTTPClient):
    """Asks without the redirects, cookies and authentication flows of httpx's client.

    Args:
        transport: takes the requests.
        timeout: for each of its steps, in seconds.
        oauth: gives another token where Coze refuses one; None where the token is the owner's own.
        studio: whether a self-hosted Studio is asked, for which requests and answers are translated.

    """

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
            count_upstream_error(error.code)
        UPSTREAM_RETRIES.inc()
        return self._send(request, stream=stream)

    def _send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        call = current_call.get()
        if call is not None and call.hung_up.is_set():
            # A token, a conversation or a pause took a while: what is asked now would cost, and nobody hear of it.
            raise CozeWebError("visitor_left")
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
