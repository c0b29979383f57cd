"""Ids that come from outside and go into our log, our headers and our calls."""

from __future__ import annotations

import re

_SAFE = re.compile(r"[A-Za-z0-9._-]{1,128}")


def safe_id(value: object) -> str:
    """Return an id that is one word of harmless characters as it is, and "" for everything else."""
    return value if isinstance(value, str) and _SAFE.fullmatch(value) else ""
