"""The Coze of the soak: it goes wrong when the question asks for it, and remembers what it sent.

A question is `soak KIND NUMBER`; `KINDS` says how such a chat goes.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import random
import re
from typing import NamedTuple

from bench.upstream import ACCEPTED, BEGIN, LENGTH, MESSAGE, end, event

ASKED = re.compile(rb"soak (\w+) (\d+)")
REFUSAL = b'{"code":4015,"msg":"The bot is not published."}'
REFUSED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(REFUSAL), REFUSAL)
REFUSAL_TAKES = 1.0  # seconds
RATE = 5  # deltas a second
BOOK = "".join(random.Random(1).choices('abc ,.é中文字🙂"\\/\n\r\t\u2028\u0085', k=20_000))  # noqa: S311 - no secret


class Kind(NamedTuple):
    """How one kind of chat goes.

    Attributes:
        fewest, most: how many deltas there are.
        longest: how many characters a delta has at most.
        rate: deltas a second; 0 for as fast as they are taken.
        error: what the visitor is told in the end; "" for `done`.

    """

    fewest: int
    most: int
    longest: int = 40
    rate: int = RATE
    error: str = ""


KINDS = {
    "healthy": Kind(20, 40),
    "slow": Kind(300, 300, longest=2000, rate=0),
    "cut": Kind(5, 15, error="upstream_truncated"),
    "stall": Kind(5, 5, error="upstream_timeout"),
    "refuse": Kind(0, 0, error="4015"),
    "gone": Kind(100, 100),
}


class Coze:
    """All its connections.

    Attributes:
        sent: the digest of the text that was sent, by the chat's number.
        events: how many deltas that was.
        cancelled: how many were cancelled.

    """

    def __init__(self) -> None:
        self.sent: dict[int, str] = {}
        self.events = self.cancelled = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = LENGTH.search(head)
                asked = ASKED.search(await reader.readexactly(int(length[1]) if length else 0))
                if asked is None:
                    self.cancelled += 1
                    writer.write(ACCEPTED)
                else:
                    await self._answer(asked[1].decode(), int(asked[2]), reader, writer)

    async def _answer(self, name: str, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if name == "refuse":
            await asyncio.sleep(REFUSAL_TAKES)
            self.sent[number] = digest("")
            writer.write(REFUSED)
            return
        spoken = await self._speak(KINDS[name], number, writer)
        if name == "cut":
            writer.write(event(b"message.delta", MESSAGE % b"never whole")[:-20])
            writer.close()
        elif name == "stall":
            await reader.read()
        else:
            writer.write(end(spoken))

    async def _speak(self, kind: Kind, number: int, writer: asyncio.StreamWriter) -> int:
        dice = random.Random(number)  # noqa: S311 - no secret
        pieces = [_piece(dice, kind.longest) for _ in range(dice.randint(kind.fewest, kind.most))]
        self.sent[number] = digest("".join(pieces))
        writer.write(BEGIN)
        for piece in pieces:
            text = json.dumps(piece, ensure_ascii=False).encode()[1:-1]
            writer.write(event(b"message.delta", MESSAGE % text))
            self.events += 1
            await writer.drain()
            await asyncio.sleep(1 / kind.rate if kind.rate else 0)
        return len(pieces)


def digest(text: str) -> str:
    """Return what two texts have in common only if they are the same."""
    return hashlib.sha256(text.encode()).hexdigest()


def _piece(dice: random.Random, longest: int) -> str:
    start = dice.randrange(len(BOOK) - longest)
    return BOOK[start : start + dice.randint(1, longest)]
