"""How much of a text is kept, and in which form every database takes it."""

from __future__ import annotations

import re

KEPT_BYTES = 64 * 1024
KEPT_MESSAGE_BYTES = 2 * 1024

# PostgreSQL refuses NUL; a lone half of a surrogate pair has no UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Return the text without what cannot be stored."""
    return _UNSTORABLE.sub("\ufffd", text)


def cut(text: str, limit: int = KEPT_MESSAGE_BYTES) -> str:
    """Return the clean text, cut to `limit` bytes of UTF-8 between two characters."""
    return clean(text[:limit]).encode()[:limit].decode(errors="ignore")


def is_cut(text: str, limit: int = KEPT_BYTES) -> bool:
    """Say whether `cut` leaves a part of the text out."""
    return len(text) > limit or len(clean(text).encode()) > limit
