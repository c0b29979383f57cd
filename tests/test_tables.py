"""The tables in docs/ are what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coze_web.catalog import CATALOG
from tools.tables import TABLES, UNWRITTEN, documents, renewed

TROUBLESHOOTING = Path(__file__).parent.parent / "docs/troubleshooting.md"


@pytest.mark.parametrize("document", list(documents()), ids=lambda path: path.name)
def test_tables_are_renewed_with_the_code(document: Path) -> None:
    text = document.read_text()
    assert renewed(text) == text, "make tables"
    assert UNWRITTEN not in text, "say what it means"


def test_every_table_stands_somewhere() -> None:
    assert set(TABLES) == {name for path in documents() for name in re.findall(r"<!-- table: (\w+)", path.read_text())}


def test_every_code_is_explained() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", TROUBLESHOOTING.read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(CATALOG)
