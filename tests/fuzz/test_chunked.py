"""The chunks' decoder: every framing that the standard (RFC 9112, 7.1) allows, and everything else."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from coze_web.chunked import BadChunkError, ChunkDecoder
from tests.fuzz.streams import in_pieces

PADDINGS = ["", " ", "\t ", ";name", ' ;name="value"; other']
TRAILERS = [b"", b"Expires: never\r\n", b"A: b\r\nC:\r\n"]
TOKENS = [
    b"\r\n",
    b"\n",
    b"\r",
    b"0",
    b"0\r\n\r\n",
    b"1",
    b"a",
    b"F",
    b"g",
    b";",
    b" ",
    b"-1",
    b"0x",
    b"5\r\nhello\r\n",
]
# Short enough that no limit of a line's length is met, which the pieces would decide.
NOISE = st.lists(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6)), max_size=16).map(b"".join)


@st.composite
def framed(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """Give a body, and the same in chunks, cut anywhere."""
    chunks = draw(st.lists(st.one_of(st.binary(min_size=1), st.sampled_from([b"\r\n", b"0\r\n\r\n"]))))
    wire = b""
    for data in chunks:
        size = draw(st.sampled_from(["x", "X", "08x"]))
        wire += f"{len(data):{size}}{draw(st.sampled_from(PADDINGS))}\r\n".encode() + data + b"\r\n"
    wire += b"0" * draw(st.integers(1, 3)) + b"\r\n" + draw(st.sampled_from(TRAILERS)) + b"\r\n"
    return b"".join(chunks), draw(in_pieces(st.just(wire)))


@given(framed())
def test_a_body_comes_out_whole_however_it_is_framed_and_cut(case: tuple[bytes, list[bytes]]) -> None:
    body, pieces = case
    decoder = ChunkDecoder()
    assert b"".join(map(decoder.feed, pieces)) == body
    assert decoder.ended
    assert not decoder.has_surplus


@given(in_pieces(NOISE))
def test_what_is_no_chunk_is_refused_and_the_pieces_decide_nothing(pieces: list[bytes]) -> None:
    assert _decoded(pieces) == _decoded([b"".join(pieces)])


def _decoded(pieces: list[bytes]) -> tuple[bytes, bool] | None:
    decoder = ChunkDecoder()
    with contextlib.suppress(BadChunkError):
        return b"".join(map(decoder.feed, pieces)), decoder.ended
    return None
