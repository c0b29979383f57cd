"""The SDK's asyncio client with JWT OAuth."""

from __future__ import annotations

import time

import pytest
import respx

from coze_web.errors import RefusedError
from coze_web.gateway import async_coze
from coze_web.gateway.tokens import EARLY, NEW
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


@pytest.mark.parametrize(("code", "ages"), [(4100, [0]), (4101, [0, 1, NEW])])
async def test_the_asyncio_client_forgets_a_token_that_coze_refuses(
    monkeypatch: pytest.MonkeyPatch, code: int, ages: list[float]
) -> None:
    now = time.time()
    with respx.mock() as wire:
        asked = wire.post(TOKEN_URL).respond(json=granted("czs_1"))
        me = wire.get(ME).respond(401, json={"code": code, "msg": "upstream words"})
        async with async_coze(jwt_settings()) as coze:
            monkeypatch.setattr("coze_web.gateway.tokens.time.time", lambda: now)
            for seconds in ages:
                now += seconds
                with pytest.raises(RefusedError, match=str(code)):
                    await coze.users.me()
            asked.respond(json=granted("czs_2"))
            me.respond(json=ok(OWNER))
            assert (await coze.users.me()).user_name == "u"
    assert [call.request.headers["Authorization"] for call in me.calls] == ["Bearer czs_1"] * len(ages) + [
        "Bearer czs_2"
    ]
