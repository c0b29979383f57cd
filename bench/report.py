"""What the benchmark's rounds come to: medians with their extremes, tables in Markdown, and the goals."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, NamedTuple, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.scenes import Figures


class Spread(TypedDict):
    """One figure over all rounds."""

    median: float
    min: float
    max: float


class Results(TypedDict):
    """What `bench/results.json` holds; figures by peer, scene and name."""

    machine: dict[str, str]
    left_out: dict[str, str]
    peers: dict[str, dict[str, str]]
    figures: dict[str, dict[str, dict[str, Spread]]]


class Column(NamedTuple):
    """A figure of a scene, and how a table shows it."""

    figure: str
    title: str
    digits: int = 0


COLUMNS: dict[str, list[Column]] = {
    "paced": [
        Column("cpu_us_per_event", "CPU µs an event", 1),
        Column("p50_ms", "latency p50 ms", 2),
        Column("p99_ms", "p99 ms", 2),
        Column("lost", "lost"),
    ],
    "flood": [
        Column("cpu_us_per_event", "CPU µs an event", 1),
        Column("slow_kib_per_stream", "KiB held for a slow reader"),
        Column("lost", "lost"),
    ],
    "open": [
        Column("serial_cpu_us_per_chat", "CPU µs a chat, one after another"),
        Column("parallel_cpu_us_per_chat", "20 at a time"),
        Column("lost", "lost"),
    ],
    "many": [
        Column("kib_per_stream", "KiB a stream", 1),
        Column("open", "open at once"),
        Column("healthz_ms", "slowest /healthz ms", 1),
        Column("page_ms", "slowest page ms", 1),
        Column("lost", "lost"),
    ],
}


def summary(played: Mapping[str, Mapping[str, Sequence[Figures]]]) -> dict[str, dict[str, dict[str, Spread]]]:
    """Return each figure's median, least and greatest; one that a round could not take is left out."""
    return {peer: {scene: _summary(rounds) for scene, rounds in of.items()} for peer, of in played.items()}


def _summary(rounds: Sequence[Figures]) -> dict[str, Spread]:
    taken = [name for name in rounds[0] if all(name in one for one in rounds)]
    return {name: _spread([one[name] for one in rounds]) for name in taken}


def _spread(values: list[float]) -> Spread:
    return {"median": round(statistics.median(values), 3), "min": round(min(values), 3), "max": round(max(values), 3)}


def tables(results: Results) -> str:
    """Return a table for each scene."""
    return "\n".join(_table(results, scene, columns) for scene, columns in COLUMNS.items())


def _table(results: Results, scene: str, columns: list[Column]) -> str:
    labels = {"direct": "no relay at all"} | {name: peer["label"] for name, peer in results["peers"].items()}
    rows = [
        [label, *(_cell(results["figures"][name][scene].get(column.figure), column.digits) for column in columns)]
        for name, label in labels.items()
        if scene in results["figures"].get(name, {})
    ]
    head = [f"**{scene}**", *(column.title for column in columns)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---", *["---:"] * len(columns)], *rows]) + "\n"


def _cell(spread: Spread | None, digits: int) -> str:
    if spread is None:
        return "–"
    low, middle, high = (f"{spread[key]:.{digits}f}" for key in ("min", "median", "max"))
    return middle if low == high else f"{middle} ({low}–{high})"


class Goal(NamedTuple):
    """A figure of ours that must not be greater than a share of a peer's, or than a limit."""

    scene: str
    figure: str
    limit: float
    peer: str = ""


GOALS = [
    Goal("paced", "cpu_us_per_event", 3.0, "nginx"),
    Goal("paced", "cpu_us_per_event", 0.35, "fastapi-cozepy"),
    Goal("paced", "cpu_us_per_event", 0.65, "express-coze"),
    Goal("paced", "cpu_us_per_event", 1.0, "node-fetch"),
    Goal("open", "serial_cpu_us_per_chat", 0.30, "flask-cozepy"),
    Goal("open", "serial_cpu_us_per_chat", 0.70, "express-coze"),
    Goal("open", "parallel_cpu_us_per_chat", 0.30, "flask-cozepy"),
    Goal("open", "parallel_cpu_us_per_chat", 0.70, "express-coze"),
    Goal("flood", "cpu_us_per_event", 0.35, "express-coze"),
    Goal("paced", "p99_ms", 5),
    Goal("many", "kib_per_stream", 48),
    Goal("many", "lost", 0),
    Goal("many", "healthz_ms", 250),
    Goal("many", "page_ms", 250),
]


def goals(results: Results) -> str:
    """Return a table of what was to be reached and what was, by medians; a figure that is missing reaches nothing."""
    rows = [_goal(results, goal) for goal in GOALS if not goal.peer or goal.peer in results["figures"]]
    return "\n".join(["| goal | limit | reached | |", "|---|---:|---:|---|", *rows])


def _goal(results: Results, goal: Goal) -> str:
    def median(peer: str) -> float:
        spread = results["figures"][peer].get(goal.scene, {}).get(goal.figure)
        return spread["median"] if spread else math.nan

    value = median("coze-web") / median(goal.peer) if goal.peer else median("coze-web")
    unit = f" x {goal.peer}" if goal.peer else ""
    kept = "yes" if value <= goal.limit else "NO"
    return f"| {goal.scene} {goal.figure} | {goal.limit:g}{unit} | {value:.3g} | {kept} |"
