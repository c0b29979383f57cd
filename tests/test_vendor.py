"""The libraries of others are what the manifest says, and nothing else lies beside them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tools.vendor import MANIFEST, VENDOR, sha256

LIBRARIES: list[dict[str, Any]] = json.loads(MANIFEST.read_text())


@pytest.mark.parametrize("library", LIBRARIES, ids=[library["name"] for library in LIBRARIES])
def test_s10_a_library_is_pinned_licensed_and_unchanged(library: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", library["version"])
    assert library["licence"]
    assert "LICENSE" in library["files"]
    for name, expected in library["files"].items():
        assert sha256(VENDOR / library["name"] / name) == expected, name


def test_there_is_nothing_else() -> None:
    listed = {f"{library['name']}/{name}" for library in LIBRARIES for name in library["files"]}
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found == listed | {"manifest.json", "README.md"}
