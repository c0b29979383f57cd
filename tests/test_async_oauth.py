"""The SDK's asyncio client with JWT OAuth."""

from __future__ import annotations

import time

import pytest
import respx

from coze_web.gateway import async_coze
from coze_web.gateway.tokens import EARLY
from tests.coze_wire import BASE_URL, ok
from tests.oauth_wire import TOKEN_URL, granted, jwt_settings

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("_no_certificates")]
ME = f"{BASE_URL}/v1/users/me"
OWNER = {"user_id": "1", "user_name": "u", "nick_name": "n", "avatar_url": ""}


async def test_the_asyncio_client_keeps_a_token_of_the_owners() -> None:
    with respx.mock() as wire:
        asked = wire.post(TOKEN_URL).respond(json=granted("czs_1"))
        me = wire.get(ME).respond(json=ok(OWNER))
        async with async_coze(jwt_settings()) as coze:
            assert (await coze.users.me()).user_name == "u"
            await coze.users.me()
    assert asked.call_count == 1
    assert {call.request.headers["Authorization"] for call in me.calls} == {"Bearer czs_1"}


async def test_the_asyncio_client_keeps_a_valid_token_when_no_other_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with respx.mock() as wire:
        asked = wire.post(TOKEN_URL).respond(json=granted("czs_1"))
        me = wire.get(ME).respond(json=ok(OWNER))
        async with async_coze(jwt_settings()) as coze:
            await coze.users.me()
            later = time.time() + 3600 - EARLY / 2
            monkeypatch.setattr("coze_web.gateway.tokens.time.time", lambda: later)
            asked.respond(503)
            await coze.users.me()
            asked.respond(json=granted("czs_2", later + 3600 - time.time()))
            later += EARLY
            await coze.users.me()
    assert [call.request.headers["Authorization"] for call in me.calls] == [
        "Bearer czs_1", "Bearer czs_1", "Bearer czs_2",
    ]  # fmt: skip
