"""What requests, urllib3 and sockets raise, as httpx's exceptions, which the SDK's users know."""

from __future__ import annotations

import contextlib
import zlib
from typing import TYPE_CHECKING

import httpx
import requests
import urllib3

from coze_web.chunked import BadChunkError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def httpx_errors() -> Iterator[None]:
    """Translate what is raised within."""
    try:
        yield
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, BadChunkError, zlib.error) as error:
        raise _as_httpx(error)(type(error).__name__) from error


_MEANINGS: list[tuple[type[Exception] | tuple[type[Exception], ...], type[httpx.TransportError]]] = [
    (requests.exceptions.ProxyError, httpx.ProxyError),
    (requests.exceptions.SSLError, httpx.NetworkError),
    (requests.exceptions.ConnectTimeout, httpx.ConnectTimeout),
    ((requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError), httpx.ReadTimeout),
    (urllib3.exceptions.NewConnectionError, httpx.ConnectError),
    ((urllib3.exceptions.ProtocolError, BadChunkError, zlib.error), httpx.RemoteProtocolError),
]


def _as_httpx(error: Exception) -> type[httpx.TransportError]:
    # requests wraps what urllib3 met, once (ProtocolError) or twice (MaxRetryError with a reason).
    wrapped = error.args[0] if error.args else None
    candidates = (error, wrapped, getattr(wrapped, "reason", None))
    for kinds, meaning in _MEANINGS:
        if any(isinstance(candidate, kinds) for candidate in candidates):
            return meaning
    return httpx.ReadError
