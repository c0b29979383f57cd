"""The four figures that matter most, peer by peer, as a picture for the README.

`python -m bench.plot` draws it anew from `bench/results.json`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from matplotlib import rc_context
from matplotlib.figure import Figure

from bench.scenes import MANY_CHATS, PACED_CHATS, PACED_RATE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bench.report import Results, Spread

FOLDER = Path(__file__).parent
PICTURE = FOLDER.parent / "docs" / "bench.svg"
OURS = "coze-web"
ACCENT, GREY, LINE, INK, FAINT = "#2563eb", "#c9ced6", "#4b5563", "#1f2937", "#6b7280"
# In points; the width is 900 pixels.
WIDTH, ROW, HEAD, FOOT, NAMES, GAP, EDGE = 675, 16.5, 52, 30, 180, 20, 6
BAR = 0.62  # of a row
ROOM = 1.3  # times the longest bar, for the value behind it
LONGEST = 8  # times ours; what is longer is cut, or ours would be too short to see
SMALL = 100  # decimals say nothing from here on
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": OURS,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],  # the first comes with matplotlib, the others are as wide
    "font.size": 8.5,
    "text.color": INK,
}


class Panel(NamedTuple):
    """A figure of a scene."""

    scene: str
    figure: str
    title: str
    how: str
    digits: int = 0


PACED = f"{PACED_CHATS} chats, each of {PACED_RATE} events a second"
PANELS = [
    [
        Panel("paced", "cpu_us_per_event", "CPU an event, µs", PACED),
        Panel("paced", "p99_ms", "Latency p99, ms", PACED, 1),
    ],
    [
        Panel("open", "serial_cpu_us_per_chat", "CPU a chat, µs", "of one event, one chat after another"),
        Panel("many", "kib_per_stream", "Memory a stream, KiB", f"{MANY_CHATS} chats at once"),
    ],
]
NOTE = "One worker on one core; median, least and greatest of the rounds; shorter is better. A bar with // is cut."


def draw(results: Results, path: Path) -> None:
    """Write the picture as SVG, the same bytes for the same results."""
    labels = {name: peer["label"] for name, peer in results["peers"].items()}
    tall, wide = len(labels) * ROW, (WIDTH - NAMES - GAP - EDGE) / 2
    height = len(PANELS) * (HEAD + tall) + FOOT
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH / 72, height / 72), facecolor="white")
        for row, panels in enumerate(PANELS):
            bottom = height - (row + 1) * (HEAD + tall)
            for column, panel in enumerate(panels):
                left = NAMES + column * (wide + GAP)
                axes = figure.add_axes((left / WIDTH, bottom / height, wide / WIDTH, tall / height))
                _draw_panel(axes, panel, _spreads(results, panel))
                if not column:
                    _draw_labels(axes, labels)
        figure.text(NAMES / WIDTH, 10 / height, NOTE, color=FAINT, fontsize=7.5)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _spreads(results: Results, panel: Panel) -> dict[str, Spread | None]:
    figures = results["figures"]
    return {name: figures.get(name, {}).get(panel.scene, {}).get(panel.figure) for name in results["peers"]}


def _draw_panel(axes: Axes, panel: Panel, spreads: dict[str, Spread | None]) -> None:
    longest = max((spread["max"] for spread in spreads.values() if spread), default=0)
    if ours := spreads.get(OURS):
        longest = min(longest, LONGEST * ours["median"])
    axes.set_axis_off()
    axes.set_xlim(0, ROOM * longest or 1)
    axes.set_ylim(len(spreads) - 0.5, -0.5)  # from the top down
    for row, (name, spread) in enumerate(spreads.items()):
        color, weight = (ACCENT, "bold") if name == OURS else (GREY, "normal")
        end = _draw_bar(axes, row, spread, longest, color) if spread else 0
        value = _value(spread["median"], panel.digits) if spread else "–"
        axes.annotate(value, (end, row), (4, 0), textcoords="offset points", va="center", fontweight=weight)
    top = (0, -0.5)
    axes.annotate(panel.title, top, (0, 18), textcoords="offset points", fontsize=9.5, fontweight="bold")
    axes.annotate(panel.how, top, (0, 6), textcoords="offset points", fontsize=7.5, color=FAINT)


def _draw_bar(axes: Axes, row: int, spread: Spread, longest: float, color: str) -> float:
    """Draw one bar with its whisker, and return where it ends."""
    if spread["median"] > longest:
        axes.barh(row, longest, BAR, color=color)
        for x in (0.9, 0.93):
            slant = [x * longest, (x + 0.02) * longest]
            axes.plot(slant, [row + BAR / 2, row - BAR / 2], color="white", linewidth=1.5)
        return longest
    axes.barh(row, spread["median"], BAR, color=color)
    end = min(spread["max"], longest)
    axes.plot([spread["min"], end], [row, row], color=LINE if color == GREY else INK, linewidth=0.9)
    return end


def _draw_labels(axes: Axes, labels: dict[str, str]) -> None:
    for row, (name, label) in enumerate(labels.items()):
        weight = "bold" if name == OURS else "normal"
        axes.annotate(label, (0, row), (-8, 0), textcoords="offset points", ha="right", va="center", fontweight=weight)


def _value(median: float, digits: int) -> str:
    return f"{median:,.{digits if median < SMALL else 0}f}"


if __name__ == "__main__":
    draw(json.loads((FOLDER / "results.json").read_text()), PICTURE)
