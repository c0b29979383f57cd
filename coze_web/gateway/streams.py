"""A raw event stream of the SDK's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from coze_web.errors import BrokenStreamError
from coze_web.refusals import our_errors, read_logid

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx


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
