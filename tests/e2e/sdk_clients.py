"""Both clients of the official Python SDK, and what its tests ask and expect."""

from __future__ import annotations

import asyncio
import inspect
import time
from typing import TYPE_CHECKING, Any

import pytest
from cozepy import (
    AsyncCoze,
    AsyncHTTPClient,
    AsyncTokenAuth,
    Coze,
    CozeAPIError,
    Message,
    SyncHTTPClient,
    TokenAuth,
)

from coze_web.emulator import BOT_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT = 10.0


class Waiting:
    """The async client with the manners of the sync one: each call is waited for, each iterator read to its end."""

    def __init__(self, target: Any, runner: asyncio.Runner) -> None:
        self._target = target
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        return self._waited(value) if inspect.isroutine(value) else Waiting(value, self._runner)

    def _waited(self, call: Callable[..., Any]) -> Callable[..., Any]:
        async def finish(*args: Any, **fields: Any) -> Any:
            answer = call(*args, **fields)
            found = await answer if inspect.isawaitable(answer) else answer
            return [item async for item in found] if hasattr(found, "__aiter__") else found

        return lambda *args, **fields: self._runner.run(finish(*args, **fields))


def sync_client(url: str, token: str) -> Iterator[Coze]:
    """Give the sync client, without the proxies of a developer's machine."""
    with SyncHTTPClient(trust_env=False) as client:
        yield Coze(auth=TokenAuth(token), base_url=url, http_client=client)


def async_client(url: str, token: str) -> Iterator[Waiting]:
    """Give the async client, to be used like the sync one."""
    with asyncio.Runner() as runner:
        client = AsyncHTTPClient(trust_env=False)
        yield Waiting(AsyncCoze(auth=AsyncTokenAuth(token), base_url=url, http_client=client), runner)
        runner.run(client.aclose())


def question(text: str, **fields: Any) -> dict[str, Any]:
    """Return what a chat is asked with."""
    said = [Message.build_user_question_text(text)]
    return {"bot_id": BOT_ID, "user_id": "sdk", "additional_messages": said, **fields}


def is_refused(code: int, call: Callable[[], object]) -> None:
    """Check that a call is refused with this code, and with a log id to ask about it."""
    with pytest.raises(CozeAPIError) as refusal:
        call()
    assert refusal.value.code == code
    assert refusal.value.logid


def poll(look: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
    """Look again and again until it is done, but not for ever."""
    deadline = time.monotonic() + LIMIT
    while not done(found := look()):
        assert time.monotonic() < deadline, f"not done within {LIMIT} s: {found}"
        time.sleep(0.01)
    return found
