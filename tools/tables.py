"""Write the tables of the documentation that the code knows best: `make tables`.

A table stands between two comments, `<!-- table: NAME -->` and `<!-- end -->`; what is between them is replaced.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from coze_web.catalog.coze import COZE
from coze_web.catalog.requests import REQUEST
from coze_web.catalog.server import SERVER, UPSTREAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from coze_web.catalog.advice import Advice

DOCS = Path(__file__).parent.parent / "docs"
PLACE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renew() -> None:
    """Write every table anew, in whatever document it stands."""
    for document in documents():
        document.write_text(renewed(document.read_text()))


def documents() -> Iterator[Path]:
    """Yield the documents that have tables."""
    return (path for path in DOCS.glob("*.md") if PLACE.search(path.read_text()))


def renewed(text: str) -> str:
    """Return a document with its tables as the code is now."""
    return PLACE.sub(lambda place: place[1] + TABLES[place[2]]() + place[3], text)


def _codes(catalog: Mapping[str, Advice]) -> str:
    head = ("code", "HTTP", "again?", "what to do", "怎么办")
    return _table(head, (_advice(code, advice) for code, advice in catalog.items()))


def _advice(code: str, advice: Advice) -> tuple[str, ...]:
    return f"`{code}`", str(advice.status), "yes" if advice.retryable else "", advice.en, advice.zh


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    ruled = [head, ["---" for _ in head], *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in row)} |\n" for row in ruled)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;")


TABLES: dict[str, Callable[[], str]] = {
    "request_codes": lambda: _codes(REQUEST),
    "server_codes": lambda: _codes({**SERVER, **UPSTREAM}),
    "coze_codes": lambda: _codes(COZE),
}

if __name__ == "__main__":
    renew()
