"""An httpx transport over `requests`, for the httpx-based SDK.

It keeps nothing between calls but connections: no cookies, no redirects, no netrc; proxies and the CA bundle are taken
from the environment once.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from coze_web.arriving import READ_SIZE, arriving
from coze_web.call import current_call
from coze_web.httpx_errors import httpx_errors

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator


class RequestsTransport(httpx.BaseTransport):
    """Sends httpx requests through one adapter of `requests`; bodies are delivered as they arrive, decoded.

    Args:
        base_url: the address that the proxies and the CA bundle are looked up for.
        pool_size: how many idle connections are kept.

    Raises (from each call):
        httpx.ConnectError, ConnectTimeout, ProxyError: no connection was made.
        httpx.NetworkError, ReadError, ReadTimeout, RemoteProtocolError: the connection failed later, or in TLS.

    """

    def __init__(self, base_url: str, pool_size: int) -> None:
        self._environment = _environment(base_url)
        self._adapter = _Adapter(pool_maxsize=pool_size)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return as soon as the headers are there."""
        timeout = request.extensions.get("timeout", {})
        outgoing = requests.PreparedRequest()
        outgoing.method, outgoing.url, outgoing.body = request.method, str(request.url), request.read() or None
        outgoing.headers = CaseInsensitiveDict({name.decode(): value.decode() for name, value in request.headers.raw})
        with httpx_errors():
            # Past the session, which would let a netrc entry take the token's place, keep cookies and follow redirects.
            response = self._adapter.send(
                outgoing, stream=True, timeout=(timeout.get("connect"), timeout.get("read")), **self._environment
            )
        # The body is handed on decoded, so the header that says otherwise goes.
        received = [(name, value) for name, value in response.headers.items() if name.lower() != "content-encoding"]
        body = _Body(response.raw)
        return httpx.Response(response.status_code, headers=received, stream=body, extensions={"body": body})

    def close(self) -> None:
        """Close the idle connections."""
        self._adapter.close()


def trust(base_url: str) -> ssl.SSLContext | bool:
    """Return which authorities to trust, for a client of another kind: those that `requests` would."""
    bundle = _environment(base_url)["verify"]
    if not isinstance(bundle, str):
        return True
    is_folder = Path(bundle).is_dir()
    return ssl.create_default_context(cafile=None if is_folder else bundle, capath=bundle if is_folder else None)


def _environment(base_url: str) -> dict[str, Any]:
    with requests.Session() as session:
        environment = session.merge_environment_settings(base_url, {}, None, None, None)
    return {name: environment[name] for name in ("verify", "proxies")}


class _Body(httpx.SyncByteStream):
    def __init__(self, raw: urllib3.HTTPResponse) -> None:
        self._raw = raw
        self._call = current_call.get()

    def __iter__(self) -> Iterator[bytes]:
        with httpx_errors():
            if self._raw.chunked:
                yield from self._raw.stream(READ_SIZE, decode_content=True)
            else:
                # stream() would wait for READ_SIZE bytes here; read1() gives what there is.
                yield from iter(lambda: self._raw.read1(READ_SIZE, decode_content=True), b"")

    def arriving(self) -> Iterator[bytes]:
        """Give it as it arrives, and b"" when the call that asked for it was nudged."""
        if self._call is None or not self._call.has_socket:
            return iter(self)
        return arriving(self._raw, self._call)

    @property
    def is_read(self) -> bool:
        """Whether it came to its end, and the connection may serve the next call."""
        return self._raw.connection is None

    def close(self) -> None:
        if self._call is not None:
            self._call.detach()
        self._raw.close()
        self._raw.release_conn()


class _Interruptible:
    """Tells the current call which socket it is about to wait on."""

    sock: socket.socket

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._tell()

    def getresponse(self) -> Any:
        self._tell()  # an old connection may serve another call
        return super().getresponse()  # type: ignore[misc]

    def _tell(self) -> None:
        call = current_call.get()
        if call is not None:
            call.attach(self.sock)


class _HTTPConnection(_Interruptible, HTTPConnection):
    pass


class _HTTPSConnection(_Interruptible, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class _Adapter(HTTPAdapter):
    def __init__(self, pool_maxsize: int) -> None:
        super().__init__(pool_maxsize=pool_maxsize)
        self._pools: dict[str, urllib3.connectionpool.ConnectionPool] = {}

    def get_connection_with_tls_context(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # What decides on the pool is the same for all requests but the origin; requests works it out for each anew.
        origin = "/".join(request.url.split("/", 3)[:3])
        if origin not in self._pools:
            self._pools[origin] = super().get_connection_with_tls_context(request, *args, **kwargs)
        return self._pools[origin]

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def parse_retry_after(value: str) -> int | None:
    """Read a Retry-After header, seconds or a date (RFC 9110, 10.2.3); None when it says neither."""
    try:
        return round(urllib3.Retry().parse_retry_after(value))
    except urllib3.exceptions.InvalidHeader:
        return None
