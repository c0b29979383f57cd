"""The half of a relay that faces Coze, beside a Coze that never stops talking."""

from __future__ import annotations

import itertools
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from coze_web.channel import Channel
from coze_web.exchange import ChatExchange
from coze_web.reader import Reader
from tests.coze_wire import BEGIN, BOT_ID, CHAT_ID, CONVERSATION_ID
from tests.servers import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.gateway import Gateway


class EndlessChats:
    """Its answer goes on even when it is hung up on, as bytes that have arrived already do."""

    logid = "2026log"

    def __init__(self) -> None:
        self.cancelled: list[tuple[str, str]] = []
        self.closed = False

    def open(self, *_: object) -> EndlessChats:
        return self

    def __iter__(self) -> Iterator[bytes]:
        return itertools.chain([BEGIN], itertools.repeat(b": still here\n\n"))

    def close(self) -> None:
        self.closed = True

    def cancel(self, conversation_id: str, chat_id: str) -> None:
        self.cancelled.append((conversation_id, chat_id))


def test_a_reader_that_is_stopped_does_not_read_what_is_left() -> None:
    chats, channel = EndlessChats(), Channel()
    exchange = ChatExchange(cast("Gateway", SimpleNamespace(chats=chats)), BOT_ID, "hi", "visitor")
    reader = Reader(exchange, "request", channel)
    thread = threading.Thread(target=lambda: reader.read(reader.ask()), daemon=True)
    thread.start()
    wait_until(lambda: exchange.answer.chat_id)
    channel.close()
    reader.stop()
    thread.join(2)
    assert not thread.is_alive()
    assert chats.closed
    assert chats.cancelled == [(CONVERSATION_ID, CHAT_ID)]
