"""docs/reliability.md names a test for each promise and each fault, and the tests are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "reliability.md").read_text()
ROWS = {"U": 43, "C": 27, "P": 21, "S": 30}


def rows() -> dict[str, str]:
    return dict(re.findall(r"^\| ([UCPS]\d+) \| (.*) \|$", TEXT, re.MULTILINE))


def test_every_row_of_the_catalogue_is_there() -> None:
    assert list(rows()) == [f"{kind}{number}" for kind, count in ROWS.items() for number in range(1, count + 1)]


def test_every_test_that_is_named_exists_and_names_its_row() -> None:
    for row, text in rows().items():
        for path, name in re.findall(r"`([\w/]+\.py)::(\w+)`", text):
            source = (ROOT / "tests" / path).read_text()
            assert f"def {name}(" in source, f"{row}: {path}::{name}"
            assert re.search(rf"\b{row}\b", source, re.IGNORECASE) or f"_{row.lower()}_" in source, row
    for path, name in re.findall(r"`([\w/]+\.py)::(\w+)`", TEXT):
        assert f"def {name}(" in (ROOT / "tests" / path).read_text(), f"{path}::{name}"


def test_the_count_is_right() -> None:
    held = sum("::" in text for text in rows().values())
    assert f"**{held} of {sum(ROWS.values())}**" in TEXT
