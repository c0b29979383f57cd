"""How often one visitor may ask."""

from __future__ import annotations

import pytest

from coze_web.errors import BusyError
from coze_web.rate import RateLimit


def test_no_rule_is_no_limit() -> None:
    limit = RateLimit("")
    for _ in range(100):
        limit.hit("visitor")


def test_each_visitor_is_counted_alone() -> None:
    limit = RateLimit("1 per minute")
    limit.hit("a")
    limit.hit("b")
    with pytest.raises(BusyError, match="rate_limited") as caught:
        limit.hit("a")
    assert caught.value.retry_after is not None
    assert 1 <= caught.value.retry_after <= 60
    assert str(caught.value.retry_after) in caught.value.body("zh", "")["message"]


def test_several_rules_hold_together() -> None:
    limit = RateLimit("2 per minute; 3 per day")
    limit.hit("a")
    limit.hit("a")
    with pytest.raises(BusyError):
        limit.hit("a")
