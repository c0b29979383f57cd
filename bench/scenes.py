"""The four scenes: each plays one load to one server and returns its figures."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from typing import TYPE_CHECKING

from bench.load import Visitor, get

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from bench.process import Process

Figures = dict[str, float]

PACED_CHATS, PACED_RATE, PACED_SECONDS, UNCOUNTED = 300, 30, 10, 2
FLOOD_CHATS, FLOOD_EVENTS = 20, 2000
SLOW_EVENTS, SLOW_SECONDS = 20_000, 3
OPEN_CHATS, AT_A_TIME = 1000, 20
MANY_CHATS, MANY_A_SECOND, MANY_EVENTS = 2000, 250, 14
MICRO = 1e6


async def warm_up(server: Process) -> None:
    """Let lazy imports, pools and just-in-time compilers settle."""
    for _ in range(3):
        await _crowd([Visitor(server.port, 20, 0) for _ in range(AT_A_TIME)])


async def paced(server: Process) -> Figures:
    """300 chats of 30 events a second for 10 s; the first 2 s, in which they are opened, do not count."""
    visitors = [Visitor(server.port, PACED_RATE * PACED_SECONDS, PACED_RATE) for _ in range(PACED_CHATS)]
    with _no_pauses():
        crowd = asyncio.ensure_future(_crowd(visitors))
        await asyncio.sleep(UNCOUNTED)
        cpu, begun = server.cpu(), time.monotonic_ns()
        await asyncio.sleep(PACED_SECONDS - UNCOUNTED - 0.5)  # the first to come are soon through
        cpu, ended = server.cpu() - cpu, time.monotonic_ns()
        lost = await crowd
    delays = sorted(delay for one in visitors for when, delay in one.delays if begun <= when < ended)
    return {
        "cpu_us_per_event": cpu / len(delays) * MICRO,
        "p50_ms": delays[len(delays) // 2] / 1e6,
        "p99_ms": delays[len(delays) * 99 // 100] / 1e6,
        "lost": lost,
    }


async def flood(server: Process) -> Figures:
    """20 visitors who stop reading, and the memory that takes; then 20 chats of 2000 events, as fast as they come."""
    slow = await _slow(server)
    with _no_pauses():
        cpu = server.cpu()
        lost = await _crowd([Visitor(server.port, FLOOD_EVENTS, 0) for _ in range(FLOOD_CHATS)])
        cpu = server.cpu() - cpu
    return {"cpu_us_per_event": cpu / (FLOOD_CHATS * FLOOD_EVENTS) * MICRO, **slow, "lost": lost + slow["lost"]}


async def _slow(server: Process) -> Figures:
    before = server.pss()
    visitors = [Visitor(server.port, SLOW_EVENTS, 0) for _ in range(FLOOD_CHATS)]
    crowd = asyncio.ensure_future(_crowd(visitors))
    await asyncio.gather(*(visitor.started.wait() for visitor in visitors))
    for visitor in visitors:
        visitor.pause()
    await asyncio.sleep(SLOW_SECONDS)
    grown = server.pss() - before
    for visitor in visitors:
        visitor.resume()
    return {"slow_kib_per_stream": grown / FLOOD_CHATS, "lost": await crowd}


async def opening(server: Process) -> Figures:
    """1000 chats of one event: one after another, then 20 at a time."""
    figures: Figures = {"lost": 0}
    for name, width in (("serial", 1), ("parallel", AT_A_TIME)):
        visitors = [Visitor(server.port, 1, 0) for _ in range(OPEN_CHATS)]
        cpu = server.cpu()
        figures["lost"] += await _crowd(visitors, width)
        figures[f"{name}_cpu_us_per_chat"] = (server.cpu() - cpu) / OPEN_CHATS * MICRO
    return figures


async def many(server: Process) -> Figures:
    """2000 chats of one event a second; while all are open, `GET /healthz` and the page are asked for."""
    before = server.pss()
    visitors = [Visitor(server.port, MANY_EVENTS, 1) for _ in range(MANY_CHATS)]
    crowd = asyncio.gather(*(_come(visitor, number / MANY_A_SECOND) for number, visitor in enumerate(visitors)))
    await asyncio.sleep(MANY_CHATS / MANY_A_SECOND + 2)  # the last have had their first event
    slowest: Figures = {}
    for path, figure in (("/healthz", "healthz_ms"), ("/", "page_ms")):
        with contextlib.suppress(OSError):  # only coze-web has a page
            slowest[figure] = max([await get(server.port, path) for _ in range(20)])
    is_open = sum(visitor.is_reading for visitor in visitors)
    grown = server.pss() - before
    return {
        "kib_per_stream": grown / max(is_open, 1),
        "open": is_open,
        **slowest,
        "lost": (await crowd).count(False),
    }


async def _come(visitor: Visitor, seconds: float) -> bool:
    await asyncio.sleep(seconds)
    return await visitor.ask()


async def _crowd(visitors: list[Visitor], at_a_time: int = PACED_CHATS) -> int:
    """Let all ask, and return how many did not get their whole answer."""
    width = asyncio.Semaphore(at_a_time)

    async def ask(visitor: Visitor) -> bool:
        async with width:
            return await visitor.ask()

    return (await asyncio.gather(*map(ask, visitors))).count(False)


@contextlib.contextmanager
def _no_pauses() -> Iterator[None]:
    """Keep our own garbage collector from counting as a peer's latency."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


SCENES: dict[str, Callable[[Process], Awaitable[Figures]]] = {
    "paced": paced,
    "flood": flood,
    "open": opening,
    "many": many,
}
