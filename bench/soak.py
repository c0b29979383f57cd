"""1,000 chats at once, a quarter of them in trouble, six times for ten seconds, to see what is lost and what leaks.

`make load` prints the figures of each round. It ends with status 1 if an answer was not what it had to be, if a chat
that nobody waits for was left running at Coze, if the worker did not let go of what it held, or if its memory grew.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import TYPE_CHECKING

import uvloop

from bench.peers.peer import ROOT, settings
from bench.peers.python import gunicorn
from bench.process import LOAD_CORE, SERVER_CORE, allow_many_files, serving
from bench.soak_coze import Coze
from bench.soak_round import Round, settled
from tests.servers import free_port

if TYPE_CHECKING:
    from bench.process import Process
    from bench.scenes import Figures

WARM_UP = 20
COUNTED_FROM = 3  # the round from which on memory must not grow
MAX_BLOCKS = 10_000  # of Python's memory, some 1 MiB: exact
MAX_GROWTH = 1.0  # MiB of PSS, which half-used pages move by as much from round to round: so only a trend counts
TO_CANCEL = ("cut", "stall", "gone")
HELD = ("files", "greenlets", "streams")
SERVED = gunicorn(ROOT / "gunicorn.conf.py", "bench.soak_app:app")
VARIABLES = {
    "COZE_TIMEOUT": "8",
    "COZE_WEB_RATE_LIMIT": "",
    "COZE_WEB_MAX_STREAMS": "0",
    "COZE_WEB_VISITOR_STREAMS": "0",
    "COZE_LOG_LEVEL": "ERROR",
    # glibc is to give back what is free: its own economy would look like a leak.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "MALLOC_TRIM_THRESHOLD_": "65536",
}


async def soak(chats: int, rounds: int, seconds: float) -> list[Figures]:
    """Play all rounds to one server; return what it held before, and the figures of each."""
    coze, coze_port, port = Coze(), free_port(), free_port()
    environ = {**settings(port, f"http://127.0.0.1:{coze_port}"), **VARIABLES}
    async with await asyncio.start_server(coze.serve, "127.0.0.1", coze_port, backlog=4096):
        with serving(SERVED(port), port, environ, SERVER_CORE) as server:
            server.wait_until_ready()
            await Round(server, coze).play(WARM_UP, 0)
            base = await _at_rest(server, {"streams": 0, "greenlets": 1})
            return [base, *[await _round(server, coze, base, chats, seconds) for _ in range(rounds)]]


async def _round(server: Process, coze: Coze, base: Figures, chats: int, seconds: float) -> Figures:
    one, cancelled = Round(server, coze), coze.cancelled
    figures = await one.play(chats, seconds)
    figures |= await _at_rest(server, {name: base[name] for name in HELD})
    figures |= {"left running": sum(one.ended[name] for name in TO_CANCEL) - (coze.cancelled - cancelled)}
    print(*(f"{name}={value:.6g}" for name, value in figures.items()), *one.lost[:20], file=sys.stderr)
    return figures


async def _at_rest(server: Process, base: Figures) -> Figures:
    return {**await settled(server, base), "PSS MiB": server.pss() / 1024}


def table(base: Figures, rounds: list[Figures]) -> str:
    """Return a row for each figure, a column for each round."""
    head = ["", "before", *(f"round {number}" for number in range(1, len(rounds) + 1))]
    rows = [[name, *(_cell(one.get(name)) for one in (base, *rounds))] for name in rounds[0]]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---", *["---:"] * (len(head) - 1)], *rows])


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}" if value == int(value) else f"{value:.2f}"


def faults(base: Figures, rounds: list[Figures]) -> list[str]:
    """Return what is wrong with these figures."""
    until, later = rounds[:COUNTED_FROM], rounds[COUNTED_FROM:] or rounds[-1:]
    sums = {name: sum(one[name] for one in rounds) for name in ("chats", "lost", "left running")}
    blocks = max(one["blocks"] for one in later) - until[-1]["blocks"]
    grown = min(one["PSS MiB"] for one in later) - max(one["PSS MiB"] for one in until)
    wrong = {
        f"{sums['lost']:.0f} of {sums['chats']:.0f} answers were lost": sums["lost"] > 0,
        f"{sums['left running']:.0f} chats were left running at Coze": sums["left running"] > 0,
        f"after round {COUNTED_FROM} there were {blocks:.0f} more blocks of Python's memory": blocks >= MAX_BLOCKS,
        f"after round {COUNTED_FROM} PSS was always {grown:.2f} MiB above what it was before": grown >= MAX_GROWTH,
        **{f"{name} are not back to {base[name]:.0f}": rounds[-1][name] > base[name] for name in HELD},
    }
    return [what for what, is_wrong in wrong.items() if is_wrong]


def main() -> None:
    """Play, and judge."""
    parser = argparse.ArgumentParser(description="Put coze-web under load and trouble.")
    parser.add_argument("--chats", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=10, help="how long a round has all chats open")
    asked = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    allow_many_files()
    base, *rounds = uvloop.run(soak(asked.chats, asked.rounds, asked.seconds))
    print(table(base, rounds))
    found = faults(base, rounds)
    print("\n".join(found) or "nothing was lost, and nothing leaked")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
