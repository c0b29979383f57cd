"""The documentation's own links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "tests/coze/README.md"]
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)|<img[^>]* src=\"(?!https?:)([^\"]*)\"")


def anchors(page: Path) -> set[str]:
    """Give the names that GitHub gives to the headings of a page."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_what_is_there(page: Path) -> None:
    for path, anchor, picture in LINK.findall(page.read_text()):
        target = page.parent / (path or picture) if path or picture else page
        assert target.exists(), f"{path or picture} is not there"
        if anchor:
            assert anchor in anchors(target), f"{path} has no #{anchor}"
