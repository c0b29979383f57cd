"""pytest's fixture `coze_emulator`: the embedded Coze for the tests of any client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import IO, TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# In a process of its own: what a test does to time, sockets or its environment is not done to Coze, and nothing that
# Coze needs, gevent above all, gets into the tests'.
SERVE = "from coze_web.emulator.server import serve; serve('127.0.0.1', 0, tokens_per_second=0)"

# By these, coverage of what the tests start would follow it into Coze; the second is of pytest-cov before 7.
COVERAGE = ("COVERAGE_", "COV_CORE_")


@dataclass(frozen=True)
class CozeEmulator:
    """A running embedded Coze.

    Attributes:
        environ: the variables that point a client at it, `COZE_API_BASE` and the others.

    """

    environ: dict[str, str]

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return self.environ["COZE_API_BASE"]

    @property
    def token(self) -> str:
        """The one access token that it takes."""
        return self.environ["COZE_API_TOKEN"]

    @property
    def bot_id(self) -> str:
        """A bot that is published as an API."""
        return self.environ["COZE_BOT_ID"]

    @property
    def workspace_id(self) -> str:
        """The one workspace."""
        return self.environ["COZE_WORKSPACE_ID"]

    @property
    def workflow_id(self) -> str:
        """A workflow that is published."""
        return self.environ["COZE_WORKFLOW_ID"]

    def journal(self) -> list[dict[str, Any]]:
        """Tell what happened since the last reset, oldest first."""
        return list(self._send("GET", "/_emulator/journal")["entries"])

    def reset(self) -> None:
        """Forget all that happened, as is done before each test."""
        self._send("POST", "/_emulator/reset")

    def _send(self, method: str, path: str) -> Any:
        # By no client library: a test may have replaced it, and a proxy of the environment is not asked.
        with closing(HTTPConnection(self.url.removeprefix("http://"), timeout=10)) as connection:
            connection.request(method, path)
            return json.load(connection.getresponse())


@pytest.fixture(scope="session")
def _coze_emulator_process() -> Iterator[CozeEmulator]:
    # -P: no file of the project under test is to be taken for one of the standard library.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(COVERAGE)}
    command = [sys.executable, "-P", "-X", "utf8", "-c", SERVE]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, encoding="utf-8") as process:  # noqa: S603
        try:
            yield CozeEmulator(_announced(process))
        finally:
            process.terminate()


def _announced(process: subprocess.Popen[str]) -> dict[str, str]:
    """Read the variables that it prints once it listens, one a line after a line for people."""
    output = cast("IO[str]", process.stdout)
    _, *variables = [output.readline().rstrip("\n") for _ in range(6)]
    if not variables[-1]:
        raise RuntimeError("the embedded Coze did not start; stderr says why")
    return dict(variable.split("=", 1) for variable in variables)


@pytest.fixture
def coze_emulator(_coze_emulator_process: CozeEmulator) -> CozeEmulator:
    """Serve the embedded Coze to this test, as new: one server for all tests, without what others did to it."""
    _coze_emulator_process.reset()
    return _coze_emulator_process
