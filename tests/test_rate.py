"""How often one visitor may ask, and all of them in a day."""

from __future__ import annotations

import pytest
from flask import Flask

from coze_web.errors import BusyError
from coze_web.rate import Rates, visitor
from coze_web.settings import Settings


def rates_of(**variables: str) -> Rates:
    return Rates(Settings.from_environ(variables))


@pytest.fixture
def app() -> Flask:
    app = Flask("tests")
    app.add_url_rule("/", "ask")
    return app


def asks(app: Flask, rates: Rates, address: str) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        rates.ask()


def test_no_rule_is_no_limit(app: Flask) -> None:
    rates = rates_of(COZE_WEB_RATE_LIMIT="")
    for _ in range(100):
        asks(app, rates, "192.0.2.1")


def test_each_visitor_is_counted_alone(app: Flask) -> None:
    rates = rates_of(COZE_WEB_RATE_LIMIT="1 per minute")
    asks(app, rates, "192.0.2.1")
    asks(app, rates, "192.0.2.2")
    with pytest.raises(BusyError, match="rate_limited") as caught:
        asks(app, rates, "192.0.2.1")
    assert caught.value.retry_after is not None
    assert 1 <= caught.value.retry_after <= 60
    assert str(caught.value.retry_after) in caught.value.body("zh", "")["message"]


def test_several_rules_hold_together(app: Flask) -> None:
    rates = rates_of(COZE_WEB_RATE_LIMIT="2 per minute; 3 per day")
    asks(app, rates, "192.0.2.1")
    asks(app, rates, "192.0.2.1")
    with pytest.raises(BusyError):
        asks(app, rates, "192.0.2.1")


def test_the_day_is_everybodys(app: Flask) -> None:
    rates = rates_of(COZE_WEB_DAILY_CHATS="2")
    with app.test_request_context("/"):
        rates.begin()
        rates.begin()
        with pytest.raises(BusyError, match="daily_limit") as caught:
            rates.begin()
    assert caught.value.retry_after is not None
    assert 86_000 < caught.value.retry_after <= 86_400


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::7%eth0", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("a:b", "a:b"),
        (None, "unknown"),
    ],
)
def test_an_address_names_a_household(app: Flask, address: str | None, name: str) -> None:
    with app.test_request_context("/", environ_overrides={"REMOTE_ADDR": address}):
        assert visitor() == name
