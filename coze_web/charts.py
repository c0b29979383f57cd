"""Bars, as a page draws them: places and sizes in a field of 600 by 120. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 600, 120
GAP = 0.25  # of a day's place
STEPS = (1, 2, 3, 4, 5, 6, 8, 10)  # where a scale may end
LEAST = 1.5  # of the height, for what is not nothing


class Bar(NamedTuple):
    """One day's."""

    x: float
    y: float
    width: float
    height: float


class Chart(NamedTuple):
    """Series of bars, later ones in front of earlier ones, up to the `ceiling`."""

    ceiling: float
    series: tuple[tuple[Bar, ...], ...]


def chart(*series: Sequence[float | None]) -> Chart:
    """Place the days of some series next to each other on one scale; what is nothing, or not known, has no bar."""
    ceiling = _ceiling(max((value or 0 for values in series for value in values), default=0))
    return Chart(ceiling, tuple(_bars(values, ceiling) for values in series))


def _bars(values: Sequence[float | None], ceiling: float) -> tuple[Bar, ...]:
    place = WIDTH / max(1, len(values))
    bars = []
    for number, value in enumerate(values):
        if value:
            height = round(max(LEAST, value / ceiling * HEIGHT), 2)
            x, width = round(place * (number + GAP / 2), 2), round(place * (1 - GAP), 2)
            bars.append(Bar(x, round(HEIGHT - height, 2), width, height))
    return tuple(bars)


def _ceiling(most: float) -> float:
    """Return the next round number: one of the steps, times a power of ten."""
    if most <= 0:
        return 1
    unit = 10.0 ** math.floor(math.log10(most))
    step = next(step for step in STEPS if step * unit >= most * (1 - 1e-9))
    return round(step * unit, 6)
