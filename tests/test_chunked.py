"""The chunked coding, whole and in all pieces."""

from __future__ import annotations

import pytest

from coze_web.chunked import MAX_LINE, BadChunkError, ChunkDecoder

BODY = b"Wikipedia in \r\n\r\nchunks."
# The example that everybody knows, an extension, padding, capital letters, and trailers.
WIRE = b"4\r\nWiki\r\n5;name=value\r\npedia\r\n0F \r\n in \r\n\r\nchunks.\r\n0\r\nExpires: never\r\nMore: of it\r\n\r\n"


def decode(*pieces: bytes) -> tuple[bytes, bool]:
    decoder = ChunkDecoder()
    return b"".join(map(decoder.feed, pieces)), decoder.ended


def test_a_body_comes_out_whole() -> None:
    assert decode(WIRE) == (BODY, True)


def test_it_may_be_cut_anywhere() -> None:
    assert all(decode(WIRE[:at], WIRE[at:]) == (BODY, True) for at in range(len(WIRE)))


def test_it_may_come_byte_by_byte() -> None:
    assert decode(*(bytes([byte]) for byte in WIRE)) == (BODY, True)


def test_a_body_that_was_cut_has_not_ended() -> None:
    for length in range(1, len(WIRE)):
        body, ended = decode(WIRE[:length])
        assert BODY.startswith(body)
        assert not ended


def test_more_than_the_body_is_noticed() -> None:
    decoder = ChunkDecoder()
    decoder.feed(WIRE)
    assert not decoder.has_surplus
    decoder = ChunkDecoder()
    assert decoder.feed(WIRE + b"H") == BODY
    assert decoder.has_surplus


def test_what_came_of_a_chunk_is_given_at_once() -> None:
    assert ChunkDecoder().feed(b"ff\r\nthe beginning") == b"the beginning"


@pytest.mark.parametrize(
    "wire",
    [
        b"\r\n",
        b"event: x\n\n",
        b"-1\r\n",
        b"0x10\r\n",
        b" 4\r\nWiki",
        b"4\nWiki\n0\n\n",
        b"4\r\nWikipedia\r\n",
        b"4\r\nWiki\n5\r\npedia",
        b"f" * 16 + b"\r\n",
        b"1;" + b"x" * MAX_LINE,
        b"0\r\n" + b"x" * (MAX_LINE + 1),
    ],
)
def test_what_is_no_chunk_is_refused(wire: bytes) -> None:
    with pytest.raises(BadChunkError):
        decode(wire)
