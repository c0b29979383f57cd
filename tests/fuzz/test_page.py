"""The page's parser reads the same streams in Node, and must find the same events."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from tests.fuzz import reference
from tests.fuzz.streams import STREAMS, in_pieces

SCRIPT = Path(__file__).parent / "read_streams.js"
LIMIT = 300


@pytest.mark.skipif(not (shutil.which("node") or os.environ.get("CI")), reason="node not found")
def test_the_page_finds_what_the_standard_says(tmp_path: Path) -> None:
    streams = gather()
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([[piece.hex() for piece in pieces] for pieces in streams]))
    wanted = [[list(frame) for frame in reference.parse(b"".join(pieces))] for pieces in streams]
    wrong = [
        pieces for pieces, *events in zip(streams, events_of(cases), wanted, strict=True) if events[0] != events[1]
    ]
    assert not wrong, f"{len(wrong)} of {len(streams)}, such as {min(wrong, key=lambda pieces: len(b''.join(pieces)))}"


def gather() -> list[list[bytes]]:
    """Collect streams as hypothesis makes them: one Node is to read them all."""
    streams = []

    @given(in_pieces(STREAMS))
    def note(pieces: list[bytes]) -> None:
        streams.append(pieces)

    note()
    return streams


def events_of(cases: Path) -> list[object]:
    """Read a file of streams as the page would."""
    ended = subprocess.run(["node", SCRIPT, cases], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert ended.returncode == 0, ended.stderr
    events: list[object] = json.loads(ended.stdout)
    return events
