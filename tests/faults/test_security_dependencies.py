"""What is installed is what was locked; `pip-audit` says what is known of it (SECURITY.md)."""

from __future__ import annotations

import re

import pytest

from tests.servers import ROOT

LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-bench.txt"]


def pinned(lock: str) -> dict[str, str]:
    """Give each requirement's version and what follows it."""
    text = (ROOT / lock).read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==((?:.*\\\n)*.*)$", text, re.MULTILINE))


@pytest.mark.parametrize("lock", [pytest.param(lock, id=f"S26-{lock}") for lock in LOCKS])
def test_s26_every_requirement_has_its_version_and_its_hash(lock: str) -> None:
    """S26: so that `pip install --require-hashes` takes nothing else."""
    lines = [line for line in (ROOT / lock).read_text().splitlines() if line and not line.startswith((" ", "#"))]
    found = pinned(lock)
    assert len(found) == len({re.split("[= ]", line)[0] for line in lines})
    assert not [name for name, rest in found.items() if "--hash=sha256:" not in rest]


def test_s27_gunicorn_is_one_that_refuses_to_be_smuggled_through() -> None:
    """S27: 26.1 or newer; S25 tries it."""
    version = re.match(r"(\d+)\.(\d+)", pinned("requirements.txt")["gunicorn"])
    assert version
    assert tuple(map(int, version.groups())) >= (26, 1)
