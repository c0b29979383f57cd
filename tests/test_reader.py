"""The half of a relay that faces Coze, beside a Coze that never stops talking."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from coze_web.exchange import ChatExchange
from coze_web.reader import Reader
from tests.coze_wire import BEGIN, CHAT_ID, prompt_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.exchange import Incoming
    from coze_web.gateway import Gateway


class EndlessChats:
    """Its answer goes on even when it is hung up on, as bytes that have arrived already do."""

    logid = "2026log"

    def open(self, *_: object) -> EndlessChats:
        return self

    def __iter__(self) -> Iterator[bytes]:
        return itertools.chain([BEGIN], itertools.repeat(b": still here\n\n"))


def test_a_reader_that_is_stopped_does_not_read_what_is_left() -> None:
    chats = EndlessChats()
    exchange = ChatExchange(cast("Gateway", SimpleNamespace(chats=chats)), prompt_of("hi"))
    reader = Reader(exchange, "request", look_up=0.25)
    next(reader.frames(cast("Incoming", reader.ask())))
    assert exchange.answer.chat_id == CHAT_ID
    reader.stop()
    reader.rest()
