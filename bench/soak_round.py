"""One round of the soak: so many chats at once for so long, and what was seen of them."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from typing import TYPE_CHECKING

import requests

from bench.load import get
from bench.soak_coze import KINDS
from bench.soak_visitors import Lost, judge, visit

if TYPE_CHECKING:
    from bench.process import Process
    from bench.scenes import Figures
    from bench.soak_coze import Coze

FAULTS = [name for name in KINDS if name != "healthy"]
ONE_IN = 20  # chats is of each kind of fault
ARRIVING = 4.0  # seconds in which a round's first chats come
LOOKS = 0.5  # seconds between two looks at what is going on
SETTLE = 20.0  # seconds in which the worker has to let go

numbers = itertools.count()


class Round:
    """One round.

    Attributes:
        ended: how many chats of each kind came to their end.
        lost: what was wrong with those that did not end as they had to.
        open: how many visitors had asked and not got their whole answer, whenever that was looked at.
        healthz: how many milliseconds `/healthz` took.

    """

    def __init__(self, server: Process, coze: Coze) -> None:
        self.ended: Counter[str] = Counter()
        self.lost: list[str] = []
        self.open: list[int] = []
        self.healthz: list[float] = []
        self._answers: list[tuple[str, int, bytes]] = []
        self._asking = 0
        self._late = 0.0
        self._server = server
        self._coze = coze

    async def play(self, chats: int, seconds: float) -> Figures:
        """Keep so many chats open for so long, wait until all have ended, and return the figures."""
        until = time.monotonic() + ARRIVING + seconds
        seats = asyncio.gather(*(self._sit(seat, seat / chats * ARRIVING, until) for seat in range(chats)))
        figures = await self._watch(until)
        await seats
        self._judge()
        return {
            "chats": self.ended.total(),
            **{name: self.ended[name] for name in KINDS},
            "lost": len(self.lost),
            "open at least": min(self.open, default=0),
            **figures,
            "slowest /healthz ms": max(self.healthz, default=0),
        }

    async def _sit(self, seat: int, seconds: float, until: float) -> None:
        """Ask again and again in one seat, always for the same kind of chat."""
        kind = FAULTS[seat % ONE_IN] if seat % ONE_IN < len(FAULTS) else "healthy"
        await asyncio.sleep(seconds)
        while time.monotonic() < until:
            number = next(numbers)
            self._asking += 1
            try:
                self._answers.append((kind, number, await visit(self._server.port, kind, number)))
            except (Lost, OSError, EOFError) as error:
                self.lost.append(f"{kind} {number}: {type(error).__name__} {error}")
            self._asking -= 1
            self.ended[kind] += 1

    def _judge(self) -> None:
        """Look at what the visitors took, once there is time for it."""
        for kind, number, raw in self._answers:
            try:
                judge(kind, raw, self._coze.sent.get(number))
            except Lost as error:
                self.lost.append(f"{kind} {number}: {error}")
        self._answers.clear()

    async def _watch(self, until: float) -> Figures:
        await asyncio.sleep(ARRIVING)
        begun, events = time.monotonic(), self._coze.events
        server, own = self._server.cpu(), time.process_time()
        while time.monotonic() < until:
            self.open.append(self._asking)
            self.healthz.append(await get(self._server.port, "/healthz"))
            planned = time.monotonic() + LOOKS
            await asyncio.sleep(LOOKS)
            self._late = max(self._late, time.monotonic() - planned)
        took = max(time.monotonic() - begun, LOOKS)
        return {
            "events a second": (self._coze.events - events) / took,
            "server CPU %": (self._server.cpu() - server) / took * 100,
            "load CPU %": (time.process_time() - own) / took * 100,
            "load late ms": self._late * 1000,
        }


async def held(server: Process) -> Figures:
    """Return what the worker holds once it has let go of its garbage."""
    url = f"http://127.0.0.1:{server.port}/at-rest"
    response = await asyncio.to_thread(requests.get, url, headers={"Connection": "close"}, timeout=SETTLE)
    found: Figures = response.json()
    return {name: found[name] for name in ("files", "greenlets", "streams", "blocks")}


async def settled(server: Process, base: Figures) -> Figures:
    """Wait until the worker holds no more than it did, but not for ever, and return what it holds."""
    deadline = time.monotonic() + SETTLE
    while True:
        found = await held(server)
        if all(found[name] <= base[name] for name in base) or time.monotonic() > deadline:
            return found
        await asyncio.sleep(LOOKS)
