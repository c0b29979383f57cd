"""The chunked transfer coding of HTTP/1.1 (RFC 9112, 7.1): pure bytes in, bytes out."""

from __future__ import annotations

import re

_SIZE = rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n"
_FIRST, _NEXT = re.compile(_SIZE), re.compile(rb"\r\n" + _SIZE)
_END = re.compile(rb"(?:[^\r\n]+\r\n)*\r\n")
MAX_LINE = 8192  # of a chunk's extensions, or of all trailers


class BadChunkError(ValueError):
    """What came is not in chunks."""


class ChunkDecoder:
    """Takes the chunks' framing out of a byte stream, in whatever pieces it arrives.

    Attributes:
        ended: the last chunk came, and nothing belongs to the body any more.

    """

    ends_with_connection = False

    def __init__(self) -> None:
        self.ended = False
        self._pattern = _FIRST
        self._left = 0
        self._kept = b""

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes and return what they bring of the body.

        Raises:
            BadChunkError: they are no chunks.

        """
        if self._pattern is _FIRST and not self._kept and (match := _FIRST.match(data)):
            start, stop = match.end(), match.end() + int(match[1], 16)
            if start < stop == len(data) - 2 and data.endswith(b"\r\n"):  # one whole chunk, as an event mostly is
                return data[start:stop]
        if self._kept:
            data = self._kept + data
        end = len(data)
        at = min(self._left, end)
        self._left -= at
        body = [data[:at]]
        while not self._left and at < end and (match := self._pattern.match(data, at)):
            if self._pattern is _END:
                self.ended, at = True, match.end()
                break
            size, at = int(match[1], 16), match.end()
            body.append(data[at : at + size])
            self._left = max(0, at + size - end)
            at += size - self._left
            if not size:
                self._pattern = _END
            elif data.startswith(b"\r\n", at):
                self._pattern, at = _FIRST, at + 2
            else:
                self._pattern = _NEXT
        self._kept = data[at:]
        if self._kept and not self.ended:
            self._check_kept()
        return b"".join(body)

    @property
    def has_surplus(self) -> bool:
        """Whether there is more than the body."""
        return self.ended and bool(self._kept)

    def _check_kept(self) -> None:
        # A size line that is whole and did not match will never do, nor will what does not end a chunk.
        is_next = self._pattern is _NEXT
        is_whole = self._pattern is not _END and b"\n" in self._kept[2 * is_next :]
        is_no_end = is_next and not b"\r\n".startswith(self._kept[:2])
        if is_whole or is_no_end or len(self._kept) > MAX_LINE:
            raise BadChunkError("bad chunk")
