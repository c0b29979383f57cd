"""One emulator for the tests of all official SDKs, and the clients of the Python one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coze_web.emulator import TOKEN
from tests.e2e.js_packages import install
from tests.e2e.sdk_clients import async_client, sync_client
from tests.servers import emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cozepy import Coze

CLIENTS = {"sync": sync_client, "async": async_client}


@pytest.fixture(scope="session")
def sdk_url() -> Iterator[str]:
    """Serve one emulator to all of them."""
    with emulator(tokens_per_second=200) as server:
        yield server.url


@pytest.fixture(scope="session")
def js_packages() -> None:
    """Have the JavaScript clients installed."""
    install()


@pytest.fixture(params=CLIENTS)
def sdk(request: pytest.FixtureRequest, sdk_url: str) -> Iterator[Any]:
    """Give the one client of the Python SDK, and then the other."""
    yield from CLIENTS[request.param](sdk_url, TOKEN)


@pytest.fixture
def sync_sdk(sdk_url: str) -> Iterator[Coze]:
    """Give the sync client alone."""
    yield from sync_client(sdk_url, TOKEN)


@pytest.fixture
def stranger(request: pytest.FixtureRequest, sdk: Any, sdk_url: str) -> Iterator[Any]:
    """Give a client of the same kind with a wrong token."""
    yield from CLIENTS[request.node.callspec.params["sdk"]](sdk_url, "pat_wrong")
