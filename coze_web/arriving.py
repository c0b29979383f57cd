"""The body of an answer that is being written, as it arrives: at a fraction of what reading it through urllib3 costs.

urllib3 reads three times for each chunk, and each event is a chunk; what waits in it can neither be woken nor go on.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import ProtocolError

from coze_web.call import Nudged
from coze_web.chunked import ChunkDecoder
from coze_web.httpx_errors import httpx_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import urllib3

    from coze_web.call import Call

READ_SIZE = 65536
MAX_INFLATED = 4 * 1024 * 1024  # bytes that one read may become
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


def arriving(raw: urllib3.HTTPResponse, call: Call) -> Iterator[bytes]:
    """Give a body as it arrives, decoded, and b"" whenever the call was nudged; then let go of the connection.

    Raises:
        httpx.RemoteProtocolError: it ended before it was whole, or is malformed.
        httpx.ReadError: the connection failed, or was hung up.

    """
    source: Any = raw._original_response  # noqa: SLF001 - urllib3 has no public way to the bytes as they come
    body = ChunkDecoder() if source.chunked else _Plain(source.length)
    with httpx_errors():
        inflate = _inflater(raw.headers.get("content-encoding"))
        receive = call.listen()
        data = None if body.ended else _along_with_the_headers(source)
        while data != b"":
            piece = body.feed(data) if data else b""
            if body.ended:
                call.detach()  # from here on the connection is another call's
                source.close()
                (raw.close if body.has_surplus else raw.release_conn)()
            if piece or data is None:
                yield inflate(piece) if inflate else piece
            if body.ended:
                return
            try:
                data = receive(READ_SIZE)
            except (Nudged, TimeoutError):
                data = None
        if not body.ends_with_connection:
            raise ProtocolError("the connection was closed within the body")


def _along_with_the_headers(source: Any) -> bytes | None:
    try:
        data: bytes = source.fp.read1(READ_SIZE)
    except (Nudged, TimeoutError):
        return None
    if not source.will_close:
        # All was taken that was read along with the headers: 8 KiB of buffer that a stream need not keep.
        source.close()
    return data


def _inflater(encoding: str | None) -> Callable[[bytes], bytes] | None:
    if encoding is None or encoding.lower() == "identity":
        return None
    if encoding.lower() not in {"gzip", "x-gzip", "deflate"}:
        raise ProtocolError("unknown content encoding")
    decompressor = zlib.decompressobj(GZIP_OR_ZLIB)

    def inflate(data: bytes) -> bytes:
        inflated = decompressor.decompress(data, MAX_INFLATED)
        if decompressor.unconsumed_tail:
            raise ProtocolError("a bomb")
        return inflated

    return inflate


class _Plain:
    """A body that is not in chunks: of a known length, or until the connection ends."""

    def __init__(self, length: int | None) -> None:
        self._left = length
        self.ends_with_connection = length is None
        self.ended = length == 0
        self.has_surplus = False

    def feed(self, data: bytes) -> bytes:
        if self._left is not None:
            self.has_surplus = len(data) > self._left
            data = data[: self._left]
            self._left -= len(data)
            self.ended = not self._left
        return data
