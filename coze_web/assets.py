"""The files of the page: read once, together with the code they belong to, and named by one hash."""

from __future__ import annotations

import hashlib
from mimetypes import MimeTypes
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "static"

# An instance knows Python's own table; the functions of the module would also believe what the system has set.
_types = MimeTypes()
_types.add_type("text/javascript", ".js")  # RFC 9239; in Python's table from 3.12 on
_types.add_type("text/javascript", ".mjs")
_types.add_type("font/woff2", ".woff2")  # in Python's table from 3.14 on
_types.add_type("image/webp", ".webp")  # from 3.13 on


def read(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths in it, as an address has them."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return a short hash of the files: one for all, so that they can go on naming each other by relative paths."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        total.update(b"%s\0%d\0%s" % (name.encode(), len(content), content))
    return total.hexdigest()[:12]


def media_type(name: str) -> str:
    """Return the media type of a file by its name, the same on every system."""
    return _types.guess_type(name)[0] or "application/octet-stream"


# In the order in which they go before one another. dark.css stays apart: it holds only where it is dark.
SHEETS = (
    *("tokens", "base", "layout", "masthead", "welcome", "setup", "turn", "prose", "code", "editor", "steps", "fault"),
    *("actions", "button", "composer", "notice", "embedded", "contrast", "print"),
)
# The console's, which visitors do not load.
CONSOLE_SHEETS = (
    *("tokens", "base", "masthead", "fault", "button", "contrast"),
    *("console-layout", "console-list", "console-form", "console-chart", "console-run"),
)

FILES = read(FOLDER)
# One sheet for the browser: so many requests would cost a phone more than what they bring.
FILES["page.css"] = b"\n".join(FILES[f"css/{name}.css"] for name in SHEETS)
FILES["console.css"] = b"\n".join(FILES[f"css/{name}.css"] for name in CONSOLE_SHEETS)
DIGEST = digest_of(FILES)
