"""The event-stream parser and writer, against vectors of the WHATWG rules."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from coze_web.sse import Frame, FrameParser, FrameTooLargeError, comment, encode

OWN = Path(__file__).parent / "sse_vectors.json"
SHARED = Path(__file__).parents[2] / "shared" / "sse-vectors.json"


def chunks_of(vector: dict[str, Any]) -> list[bytes]:
    if "hex" in vector:
        return [bytes.fromhex(chunk) for chunk in vector["hex"]]
    return [chunk.encode() for chunk in vector["chunks"]]


def load() -> list[Any]:
    cases = [(f"own-{vector['name']}", chunks_of(vector), vector["expected"]) for vector in json.loads(OWN.read_text())]
    if SHARED.exists():
        for vector in json.loads(SHARED.read_text()):
            chunks = [base64.b64decode(chunk) for chunk in vector["chunks"]]
            cases.append((f"shared-{vector['name']}", chunks, vector["expected"]))
    return [pytest.param(chunks, expected, id=name) for name, chunks, expected in cases]


def parse(chunks: list[bytes]) -> list[Frame]:
    parser = FrameParser()
    frames = [frame for chunk in chunks for frame in parser.feed(chunk)]
    parser.close()
    return frames


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize(("chunks", "expected"), load())
def test_vector(chunks: list[bytes], expected: list[dict[str, str]]) -> None:
    frames = [Frame(item["event"], item["data"], item.get("id", "")) for item in expected]
    whole = b"".join(chunks)
    assert parse(chunks) == frames
    assert parse([whole]) == frames
    assert parse(pieces(whole, 1)) == frames
    assert parse(pieces(whole, 3)) == frames


def test_close_drops_the_unfinished_event() -> None:
    parser = FrameParser()
    assert parser.feed(b"event: a\ndata: 1\nda") == []
    parser.close()
    assert parser.feed(b"data: 2\n\n") == [Frame("message", "2")]


def test_an_event_beyond_the_limit_is_an_error() -> None:
    parser = FrameParser(max_chars=10)
    assert parser.feed(b"data: 123456789\n\n" * 3) == [Frame("message", "123456789")] * 3
    with pytest.raises(FrameTooLargeError):
        parser.feed(b"data: 12345678901")


def test_many_small_lines_count_towards_the_limit() -> None:
    parser = FrameParser(max_chars=10)
    with pytest.raises(FrameTooLargeError):
        parser.feed(b"data\n" * 11)


def test_heartbeats_do_not_add_up_to_the_limit() -> None:
    parser = FrameParser(max_chars=20)
    for _ in range(100):
        assert parser.feed(comment("heartbeat")) == []


@pytest.mark.parametrize(
    "data", ["", "a", "a\nb", "a\r\nb\rc", " leading", "1\n\nevent: forged\ndata: x", "é\u2028\u0085中🙂"]
)
def test_what_is_written_is_read_back_as_one_event(data: str) -> None:
    lines = data.replace("\r\n", "\n").replace("\r", "\n")
    assert parse([encode("name", data)]) == [Frame("name", lines)]
    assert parse([encode("name", data, id="7")]) == [Frame("name", lines, "7")]


def test_the_frame_is_written_as_documented() -> None:
    assert encode("done", "[DONE]") == b"event: done\ndata: [DONE]\n\n"
    assert comment("open") == b": open\n\n"


@pytest.mark.parametrize(("name", "frame_id"), [("a\nb", None), ("a\rb", None), ("a", "1\n2")])
def test_a_line_end_cannot_forge_a_field(name: str, frame_id: str | None) -> None:
    with pytest.raises(ValueError, match="line end"):
        encode(name, "x", frame_id)
