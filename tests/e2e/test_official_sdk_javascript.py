"""The emulator as a process of its own, called by the official JavaScript SDK."""

from __future__ import annotations

import pytest

from coze_web.emulator.environment import variables
from tests.e2e.js_packages import LIMIT, run
from tests.servers import clean_environ


@pytest.mark.timeout(2 * LIMIT)
@pytest.mark.usefixtures("js_packages")
def test_every_call_of_the_javascript_sdk_succeeds(sdk_url: str) -> None:
    told = dict(line.split("=", 1) for line in variables(sdk_url))
    run(["node", "--test-reporter=spec", "coze_api.mjs"], clean_environ(**told))
