"""The OpenAI-compatible API as OpenAI's own JavaScript client sees it."""

from __future__ import annotations

import pytest

from coze_web.emulator import BOT_ID
from tests.e2e.js_packages import LIMIT, run
from tests.e2e.openai_site import KEYS, example, openai_site
from tests.servers import clean_environ


@pytest.mark.timeout(2 * LIMIT)
@pytest.mark.usefixtures("js_packages")
def test_the_javascript_client_is_served() -> None:
    with openai_site() as (coze, site):
        told = {"SITE": site.url, "COZE": coze.url, "API_KEY": KEYS[0], "BOT_ID": BOT_ID}
        run(["node", "--test-reporter=spec", "openai.mjs"], clean_environ(**told))
        run(["node", "--input-type=module", "-e", example("js", site)], clean_environ())
