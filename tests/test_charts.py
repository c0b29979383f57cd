"""Bars in their places."""

from __future__ import annotations

import pytest

from coze_web.charts import HEIGHT, WIDTH, Bar, chart


@pytest.mark.parametrize(
    ("most", "ceiling"),
    [
        (0, 1),
        (1, 1),
        (3, 3),
        (3.1, 4),
        (7, 8),
        (9, 10),
        (11, 20),
        (1000, 1000),
        (1001, 2000),
        (0.029, 0.03),
        (0.2, 0.2),
    ],
)
def test_the_scale_ends_at_a_round_number(most: float, ceiling: float) -> None:
    assert chart([0, most]).ceiling == ceiling


def test_bars_stand_in_order_and_as_high_as_their_values() -> None:
    (bars,) = chart([10, None, 5, 0]).series
    assert bars == (Bar(18.75, 0, 112.5, HEIGHT), Bar(318.75, HEIGHT / 2, 112.5, HEIGHT / 2))
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in bars)


def test_what_is_little_is_seen_all_the_same() -> None:
    (bars,) = chart([1, 1_000_000]).series
    assert bars[0].height > 1


def test_two_series_share_a_scale() -> None:
    high, low = chart([10], [5]).series
    assert (high[0].height, low[0].height) == (HEIGHT, HEIGHT / 2)


def test_nothing_has_no_bars() -> None:
    assert chart([]).series == ((),)
    assert chart([None, 0]).series == ((),)
