"""What the system knows of a process."""

from __future__ import annotations

import resource
from pathlib import Path


def resident(pid: int) -> int:
    """Return how many bytes of memory a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


def family(pid: int) -> list[int]:
    """Return a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def open_files(pid: int) -> int:
    """Count them."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
