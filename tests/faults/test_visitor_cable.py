"""A visitor whose cable is pulled: no FIN, no RST, and nothing is acknowledged."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.servers import ROOT, clean_environ

if TYPE_CHECKING:
    from pathlib import Path

NETWORK = ["unshare", "--map-root-user", "--net"]
CUT = 20.0  # seconds, where two would do on a fast machine


@pytest.fixture
def network() -> list[str]:
    """Give the command that runs another one in a network of its own."""
    try:
        subprocess.run([*NETWORK, "ip", "link", "set", "lo", "up"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system gives nobody a network of their own")
    return NETWORK


def test_c5_a_pulled_cable_is_noticed_though_heartbeats_seem_to_go_through(network: list[str], tmp_path: Path) -> None:
    """C5: within the time that we wait for a visitor, not when the system gives up."""
    command = [*network, sys.executable, "-m", "tests.faults.cable", str(tmp_path / "log")]
    done = subprocess.run(command, env=clean_environ(), cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < CUT
