"""A site for each file of tests, and the four rules around each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.site import Site, four_rules, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Give what this file's site is set to, over the settings of all; a file may have its own."""
    return {}


@pytest.fixture(scope="module")
def served(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run one site for all of a file's tests."""
    with running(tmp_path_factory.mktemp("faults") / "log", **settings) as site:
        yield site


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """Give the site, and check the four rules around the test."""
    with four_rules(served):
        yield served
