"""coze-web beside its peers: `make bench`. Prints tables, writes `bench/results.json` and `docs/bench.svg`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from bench import machine, scenes
from bench.peers import PEERS
from bench.process import LOAD_CORE, SERVER_CORE, Process, allow_many_files, serving
from bench.report import goals, summary, tables
from tests.servers import free_port

if TYPE_CHECKING:
    from bench.peers import Peer
    from bench.report import Results
    from bench.scenes import Figures

FOLDER = Path(__file__).parent
# A scene that takes long is played less often, so that all ends within a quarter of an hour.
ROUNDS = {"paced": 3, "flood": 3, "open": 3, "many": 2}

Played = dict[str, dict[str, list["Figures"]]]


def play(played: Played, wanted: list[Peer], names: list[str]) -> None:
    """Play all rounds, in each one peer after another, and add the figures to `played[peer][scene]`."""
    port = free_port()
    command = [sys.executable, "-m", "bench.upstream", str(port)]
    with serving(command, port, {}, LOAD_CORE) as coze:
        coze.wait_until_ready()
        for turn in range(max(ROUNDS[name] for name in names)):
            in_turn = [name for name in names if turn < ROUNDS[name]]
            if "paced" in in_turn:
                _note(played, "direct", uvloop.run(_play(coze, ["paced"])))
            for peer in wanted:
                _note(played, peer.name, play_to(peer, coze.port, in_turn))


def play_to(peer: Peer, coze: int, names: list[str]) -> dict[str, Figures]:
    """Start one peer, play scenes to it, and stop it."""
    port = free_port()
    with serving(peer.command(port), port, peer.environ(port, f"http://127.0.0.1:{coze}"), SERVER_CORE) as server:
        server.wait_until_ready()
        figures: dict[str, Figures] = uvloop.run(_play(server, names))
        return figures


async def _play(server: Process, names: list[str]) -> dict[str, Figures]:
    await scenes.warm_up(server)
    return {name: await scenes.SCENES[name](server) for name in names}


def _note(played: Played, name: str, figures: dict[str, Figures]) -> None:
    for scene, values in figures.items():
        played[name][scene].append(values)
        print(f"{name} {scene}", *(f"{key}={value:.6g}" for key, value in values.items()), file=sys.stderr)


def main() -> None:
    """Measure the peers that can be installed here."""
    parser = argparse.ArgumentParser(description="Measure coze-web beside its peers.")
    parser.add_argument("--peers", nargs="+", default=[peer.name for peer in PEERS])
    parser.add_argument("--scenes", nargs="+", choices=scenes.SCENES, default=list(scenes.SCENES))
    asked = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    allow_many_files()
    left_out = {peer.name: reason for peer in PEERS if peer.name in asked.peers and (reason := peer.prepare())}
    for name, reason in left_out.items():
        print(f"{name} is left out: {reason}", file=sys.stderr)
    wanted = [peer for peer in PEERS if peer.name in asked.peers and peer.name not in left_out]
    played: Played = defaultdict(lambda: defaultdict(list))
    play(played, wanted, asked.scenes)
    results: Results = {
        "machine": machine.describe(),
        "left_out": left_out,
        "peers": {peer.name: {"label": peer.label, "version": peer.version()} for peer in wanted},
        "figures": summary(played),
    }
    print(tables(results))
    if (asked.peers, asked.scenes) == ([peer.name for peer in PEERS], list(scenes.SCENES)):
        print(goals(results))
        (FOLDER / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        from bench import plot  # noqa: PLC0415 - matplotlib would slow the load down: its garbage is looked through too

        plot.draw(results, plot.PICTURE)


if __name__ == "__main__":
    main()
