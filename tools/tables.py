"""Write the tables of the documentation that the code knows best: `make tables`.

A table stands between two comments, `<!-- table: NAME -->` and `<!-- end -->`; what is between them is replaced. What a
setting means is written there by hand, and kept; which there are, and their defaults, the code says.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from coze_web.catalog.coze import COZE
from coze_web.catalog.requests import REQUEST
from coze_web.catalog.server import SERVER, UPSTREAM
from coze_web.settings import ALIASES, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pydantic.fields import FieldInfo

    from coze_web.catalog.advice import Advice

DOCS = Path(__file__).parent.parent / "docs"
PLACE = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
ROW = re.compile(r"^\| `(\w+)`.*? \| .*? \| (.*) \|$", re.MULTILINE)
UNWRITTEN = "**not written yet**"


def renew() -> None:
    """Write every table anew, in whatever document it stands."""
    for document in documents():
        document.write_text(renewed(document.read_text()))


def documents() -> Iterator[Path]:
    """Yield the documents that have tables."""
    return (path for path in DOCS.glob("*.md") if PLACE.search(path.read_text()))


def renewed(text: str) -> str:
    """Return a document with its tables as the code is now."""
    return PLACE.sub(lambda place: place[1] + TABLES[place[2]](place[3]) + place[4], text)


def _codes(catalog: Mapping[str, Advice]) -> str:
    head = ("code", "HTTP", "again?", "what to do", "怎么办")
    return _table(head, (_advice(code, advice) for code, advice in catalog.items()))


def _advice(code: str, advice: Advice) -> tuple[str, ...]:
    again = "yes" if advice.retryable else ""
    return f"`{code}`", str(advice.status), again, _cell(advice.en), _cell(advice.zh)


def _settings(written: str) -> str:
    meanings = dict(ROW.findall(written))
    rows = (_setting(field, meanings) for field in Settings.model_fields.values())
    return _table(("variable", "default", "meaning"), rows)


def _setting(field: FieldInfo, meanings: Mapping[str, str]) -> tuple[str, ...]:
    name = str(field.alias)
    others = [f"`{alias}`" for alias, variable in ALIASES.items() if variable == name]
    names = f"`{name}`" + (f" (or {', '.join(others)})" if others else "")
    return names, _default(field.default), meanings.get(name, UNWRITTEN)


def _default(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None or value == ():
        return "–"
    return f"`{int(value) if isinstance(value, bool) else value}`"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    ruled = [head, ["---" for _ in head], *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in ruled)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;")


TABLES: dict[str, Callable[[str], str]] = {
    "request_codes": lambda _: _codes(REQUEST),
    "server_codes": lambda _: _codes({**SERVER, **UPSTREAM}),
    "settings": _settings,
    "coze_codes": lambda _: _codes(COZE),
}

if __name__ == "__main__":
    renew()
