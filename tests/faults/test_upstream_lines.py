"""The lines of Coze's event stream, in all the shapes that the standard allows."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.sse import FrameParser
from tests.coze_wire import answer, chat_event, event, is_json, message
from tests.faults.site import LAST
from tests.upstream import LAST_CHUNK, Connection, chunk

if TYPE_CHECKING:
    from tests.faults.client import Heard
    from tests.faults.site import Site

VECTORS = json.loads((Path(__file__).parents[1] / "sse_vectors.json").read_text())
PLAIN = answer("a", "b")
TOLD = [(frame.event, frame.data) for frame in FrameParser().feed(PLAIN)][:-1]
BOM = b"\xef\xbb\xbf"
NO_LINE_ENDS = "\u2028 \u2029 \u0085 \ufeff"


def play(site: Site, *pieces: bytes) -> None:
    """Let Coze send these pieces, each on its own."""

    def script(connection: Connection) -> None:
        connection.send(LAST)
        for piece in pieces:
            connection.send(chunk(piece) if piece else b"")
            time.sleep(0.005)  # or the pieces would be read as one
        connection.send(LAST_CHUNK)

    site.play(script)


def told(heard: Heard) -> list[tuple[str, str]]:
    """Return the events that the visitor got of the answer."""
    return [(frame.event, frame.data) for frame in heard.frames[:-1]]


def spoken(text: str) -> bytes:
    """Write a piece of the answer as it is, without escapes."""
    return event("conversation.message.delta", json.dumps(message(text), ensure_ascii=False))


def cut_after(separator: bytes, data: bytes) -> list[bytes]:
    """Cut after each of these."""
    *pieces, rest = data.split(separator)
    return [piece + separator for piece in pieces] + [rest]


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([PLAIN.replace(b"data:", b":data: no\ndata:")], id="U17-comments"),
        pytest.param([PLAIN.replace(b"event:", b"id: 7\nid\nevent:")], id="U17-ids"),
        pytest.param([PLAIN.replace(b"event:", b"retry: 10\n\nretry: soon\nevent:")], id="U17-retry"),
        pytest.param([PLAIN.replace(b"event:", b"event: PING\ndata: {}\n\nevent:")], id="U17-pings"),
        pytest.param([PLAIN.replace(b"event:", b"event: ping\n\n:\n\nnew: x\nevent:")], id="U17-pings-without-data"),
        pytest.param([PLAIN.replace(b"\n", b"\r\n")], id="U19-crlf"),
        pytest.param([PLAIN.replace(b"\n", b"\r")], id="U19-cr"),
        pytest.param([PLAIN.replace(b"\ndata", b"\rdata").replace(b"\n\n", b"\r\n\n")], id="U19-mixed"),
        pytest.param(cut_after(b"\r", PLAIN.replace(b"\n", b"\r\n")), id="U19-crlf-cut"),
        pytest.param([BOM + PLAIN], id="U21-bom"),
        pytest.param([BOM[:1], BOM[1:2], BOM[2:] + PLAIN], id="U21-bom-cut"),
        pytest.param([PLAIN.replace(b"event:", b"event: lost\n\nevent:")], id="U40-event-without-data"),
        pytest.param([PLAIN.replace(b"event:", b"event: wrong\nevent:")], id="U40-two-names"),
        pytest.param([PLAIN.replace(b"event:", b"Event: wrong\n data: x\nevent: ")], id="U40-no-such-fields"),
    ],
)
def test_the_same_events_in_another_shape_are_the_same_answer(site: Site, pieces: list[bytes]) -> None:
    """U17, U19, U21, U40: event by event."""
    play(site, *pieces)
    heard = site.heard()
    assert told(heard) == TOLD
    assert heard.terminal[0].event == "done"


def test_u18_data_in_many_lines_is_joined(site: Site) -> None:
    """U18: with LF, and sent on as many lines."""
    data = json.dumps(message("a"), indent=1)
    lines = "".join(f"data: {line}\n" for line in data.split("\n"))
    play(site, f"event: conversation.message.delta\n{lines}\n".encode() + chat_event("completed"))
    heard = site.heard()
    assert told(heard)[0] == ("conversation.message.delta", data)
    assert heard.text == "a"


def test_u20_what_other_readers_take_for_line_ends_is_text(site: Site) -> None:
    """U20: in the data and, where JSON has no say about VT and FF, in the name."""
    name = f"a\v\f{NO_LINE_ENDS}b"
    play(site, event(name, {"c": "d"}) + spoken(f"a{NO_LINE_ENDS}b") + chat_event("completed"))
    heard = site.heard()
    assert told(heard)[0] == (name, '{"c": "d"}')
    assert heard.text == f"a{NO_LINE_ENDS}b"


@pytest.mark.parametrize(
    ("bad", "shown"),
    [
        pytest.param(b"\xff", "\ufffd", id="U22-no-such-byte"),
        pytest.param(b"\xe6\xb0", "\ufffd", id="U22-truncated"),
        pytest.param(b"\xed\xa0\x80", "\ufffd" * 3, id="U22-surrogate"),
    ],
)
def test_bytes_that_are_no_text_are_replaced(site: Site, bad: bytes, shown: str) -> None:
    """U22: and the answer goes on."""
    said = spoken("a?b").replace(b"?", bad)
    play(site, said, said[:60], said[60:] + spoken("c") + chat_event("completed"))
    heard = site.heard()
    assert heard.text == f"a{shown}ba{shown}bc"
    assert heard.terminal[0].event == "done"


def test_u23_a_character_may_be_cut_anywhere(site: Site) -> None:
    """U23: at every split point of two, three and four bytes."""
    pieces: list[bytes] = []
    for character in "é水🌊":
        before, _, after = spoken("?").partition(b"?")
        whole = character.encode()
        for cut in range(1, len(whole)):
            pieces += [before + whole[:cut], whole[cut:] + after]
    play(site, *pieces, chat_event("completed"))
    assert site.heard().text == "é水水🌊🌊🌊"


def test_u40_the_name_may_come_after_the_data_and_is_for_one_event(site: Site) -> None:
    """U40: and an event without a name is a message, even if a name without data came before it."""
    late = b'data:{"content":"a"}\nevent:conversation.message.delta\n\n'
    play(site, late + b'event: lost\n\ndata: {"c": 1}\n\n' + chat_event("completed"))
    heard = site.heard()
    assert told(heard)[:2] == [("conversation.message.delta", '{"content":"a"}'), ("message", '{"c": 1}')]
    assert heard.terminal[0].event == "done"


def test_every_vector_is_read_as_the_standard_says(site: Site) -> None:
    """U17, U18, U19, U20, U21, U22, U23, U40: what of it is an event of Coze's is shown, and an answer may follow."""
    for vector in VECTORS:
        chunks = [bytes.fromhex(it) for it in vector["hex"]] if "hex" in vector else map(str.encode, vector["chunks"])
        play(site, *chunks, b"\n\n" + PLAIN)
        shown, goes_on = what_is_shown(vector["expected"])
        heard = site.heard()
        assert told(heard) == shown + (TOLD if goes_on else []), vector["name"]
        assert heard.terminal[0].event == ("done" if goes_on else "error"), vector["name"]


def what_is_shown(expected: list[dict[str, Any]]) -> tuple[list[tuple[str, str]], bool]:
    """Return what visitors see of a vector's events, JSON up to the first `done`, and whether more may follow."""
    shown: list[tuple[str, str]] = []
    for item in expected:
        if item["event"].lower() == "done":
            return shown, False
        if is_json(item["data"]):
            shown.append((item["event"], item["data"]))
    return shown, True
