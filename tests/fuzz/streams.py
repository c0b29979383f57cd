"""Streams as Coze, its imitators and its enemies might send them, and all the ways to cut them."""

from __future__ import annotations

import re

from hypothesis import strategies as st

BOM = "\ufeff".encode()
FIELDS = [b"data", b"data", b"event", b"id", b"id", b"", b"retry", b"Data", b" data", b"data ", BOM + b"data"]
VALUES = [b"", b":", b": ", b":  ", b":a", b": 7", b":7\0", b":\t", b": a:b", b":done", ": 中🙂é\u2028\u0085".encode()]
BROKEN = [b"\xff", b"\xc3", b"\xe4\xb8", b"\xed\xa0\x80", b"\xf0\x9f\x99", b"\xbb\xbf", b"\0", b"\x0b", b"\x0c"]
STARTS = st.sampled_from([b"", b"", BOM, BOM + BOM, BOM[:2]])
NAMES = st.sampled_from(["message", "done", "error", "conversation.message.delta", ""])
TEXT = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12)


def _plain(name: str, text: str, space: str) -> bytes:
    return f"event:{space}{name}\ndata:{space}{text}\n\n".encode()


PLAIN = st.builds(_plain, NAMES, TEXT, st.sampled_from(["", " "]))  # as Coze writes nearly all of them


def _streams(*line_ends: bytes) -> st.SearchStrategy[bytes]:
    ends = st.sampled_from(line_ends)
    lines = st.tuples(st.sampled_from(FIELDS), st.sampled_from(VALUES), ends).map(b"".join)
    piece = st.one_of(lines, lines, ends, ends, PLAIN, st.sampled_from(BROKEN), st.binary(max_size=4))
    return st.tuples(STARTS, st.lists(piece, max_size=24).map(b"".join)).map(b"".join)


STREAMS = st.one_of(_streams(b"\n"), _streams(b"\r\n"), _streams(b"\n", b"\r", b"\r\n"))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Cut bytes at these places, which may lie beyond their end; equal ones make empty pieces."""
    ends = sorted(min(place, len(data)) for place in places)
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


@st.composite
def in_pieces(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> list[bytes]:
    """Cut what a strategy gives: not at all, into single bytes, after each CR and LF, or anywhere."""
    data = draw(whole)
    ways = [[], list(range(len(data))), [match.end() for match in re.finditer(rb"[\r\n]", data)]]
    return cut(data, draw(st.one_of(st.sampled_from(ways), st.lists(st.integers(0, len(data)), max_size=8))))
