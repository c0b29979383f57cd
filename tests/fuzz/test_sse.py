"""The event-stream parser beside one that is written word by word from the standard."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from coze_web.sse import Frame, FrameParser, encode
from tests.fuzz import reference
from tests.fuzz.streams import STREAMS, TEXT, cut, in_pieces

DATA = st.one_of(st.text(), st.text("\r\n: aé"))


def parse(pieces: list[bytes]) -> list[Frame]:
    parser = FrameParser()
    return [frame for piece in pieces for frame in parser.feed(piece)]


@given(in_pieces(STREAMS))
def test_any_bytes_in_any_pieces_are_what_the_standard_says(pieces: list[bytes]) -> None:
    assert parse(pieces) == reference.parse(b"".join(pieces))


@given(TEXT, DATA, st.one_of(st.none(), TEXT), st.lists(st.integers(0, 40), max_size=4))
def test_what_is_written_is_read_back_as_one_event(name: str, data: str, number: str | None, places: list[int]) -> None:
    whole = encode(name, data, number)
    is_id = number is not None and "\0" not in number
    wanted = Frame(name or "message", re.sub(r"\r\n?", "\n", data), number if is_id and number else "")
    assert parse(cut(whole, places)) == reference.parse(whole) == [wanted]
