"""Server-Sent Events as the WHATWG HTML standard defines them, section 9.2: pure bytes in, values out."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")
# A whole event as Coze writes nearly all of them: three line ends, each of them a line feed.
_PLAIN = re.compile(rb"^event: ?(.*)\ndata: ?(.*)\n\n", re.MULTILINE)
_LINE_ENDS_OF_PLAIN = 3


class Frame(NamedTuple):
    """One event: its name ("message" where none was given), its data, the last event id ("" where none)."""

    event: str
    data: str
    id: str = ""


class FrameTooLargeError(ValueError):
    """A single event grew beyond the limit that the parser was given."""


class FrameParser:
    """Cuts a byte stream, in whatever pieces it arrives, into frames.

    Args:
        max_chars: the longest event, in characters, before FrameTooLargeError is raised; None for no limit.

    """

    def __init__(self, max_chars: int | None = None) -> None:
        # The stream is UTF-8 whatever the headers say; one leading BOM is dropped, bad bytes become U+FFFD.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._at_start = True
        self._between_events = True
        self._max_chars = max_chars
        self._pieces: list[str] = []
        self._pieces_size = 0
        self._skip_lf = False
        self._event = ""
        self._data: list[str] = []
        self._data_size = 0
        self._id = ""

    def feed(self, chunk: bytes) -> list[Frame]:
        """Take the next bytes and return the frames that they complete.

        Raises:
            FrameTooLargeError: the event that is being read is beyond the limit.

        """
        if b"\r" in chunk or not self._between_events:
            return self._feed_mixed(chunk)
        if chunk.endswith(b"\n\n"):
            return self._read_plain(chunk)
        whole, blank_line, rest = chunk.rpartition(b"\n\n")
        frames = self._read_plain(whole + blank_line)
        if rest:
            frames += self._read(rest)
            self._between_events = False
            self._check_size()
        return frames

    def close(self) -> None:
        """Drop the event that the end of the stream cut off, as the standard asks."""
        self._pieces, self._pieces_size = [], 0
        self._event, self._data, self._data_size = "", [], 0

    def _feed_mixed(self, chunk: bytes) -> list[Frame]:
        # From the first blank line on it may be plain, if every line end is a line feed.
        until, blank_line, rest = (chunk, b"", b"") if b"\r" in chunk else chunk.partition(b"\n\n")
        frames = self._read(until + blank_line)
        self._between_events = bool(blank_line)
        self._check_size()
        return frames + self.feed(rest) if rest else frames

    def _read_plain(self, events: bytes) -> list[Frame]:
        """Read whole events, without the decoder and the lines if they are nothing but plain."""
        found = _PLAIN.findall(events)
        if events.count(b"\n") != _LINE_ENDS_OF_PLAIN * len(found):
            return self._read(events)
        self._at_start = self._at_start and not found
        return [
            Frame(event.decode("utf-8", "replace") or "message", data.decode("utf-8", "replace"), self._id)
            for event, data in found
        ]

    def _read(self, chunk: bytes) -> list[Frame]:
        text = self._decoder.decode(chunk)
        if text and self._at_start:
            text = text.removeprefix("\ufeff")
            self._at_start = False
        if text and self._skip_lf:
            text = text.removeprefix("\n")
            self._skip_lf = False
        if not text:
            return []
        self._skip_lf = text.endswith("\r")
        return [frame for line in self._lines(text) if (frame := self._take(line)) is not None]

    def _check_size(self) -> None:
        if self._max_chars is not None and self._pieces_size + self._data_size > self._max_chars:
            msg = f"one event is longer than {self._max_chars} characters"
            raise FrameTooLargeError(msg)

    def _lines(self, text: str) -> list[str]:
        # An unfinished line is kept in pieces: joining it anew for every chunk would cost the square of its length.
        first, *others = _LINE_END.split(text)
        self._pieces.append(first)
        self._pieces_size += len(first)
        if not others:
            return []
        *whole, rest = "".join(self._pieces), *others
        self._pieces, self._pieces_size = [rest], len(rest)
        return whole

    def _take(self, line: str) -> Frame | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
            self._data_size += len(value) + 1
        elif field == "event":
            self._event = value
        elif field == "id" and "\0" not in value:
            self._id = value
        return None

    def _dispatch(self) -> Frame | None:
        event, data = self._event, self._data
        self._event, self._data, self._data_size = "", [], 0
        return Frame(event or "message", "\n".join(data), self._id) if data else None


def encode(event: str, data: str, id: str | None = None) -> bytes:  # noqa: A002 - the field's name in the standard
    """Write one frame: `event: NAME`, a `data: ` line for each line of data, a blank line.

    Raises:
        ValueError: the name or the id holds a line end, which would forge a field.

    """
    if "\n" in event or "\r" in event or (id and _LINE_END.search(id)):
        msg = "an event name or id cannot hold a line end"
        raise ValueError(msg)
    number = "" if id is None else f"id: {id}\n"
    lines = "\ndata: ".join(_LINE_END.split(data)) if "\n" in data or "\r" in data else data
    return f"event: {event}\n{number}data: {lines}\n\n".encode()


def comment(text: str) -> bytes:
    """Write one comment line, which every parser ignores: a heartbeat."""
    return f": {text}\n\n".encode()
