"""Tokens that end: kept, renewed one at a time, and never lost before their end."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from coze_web.errors import UnreachableError, UpstreamError
from coze_web.gateway import tokens as module
from coze_web.gateway.tokens import Token, Tokens
from tests.servers import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUR = 3600.0
MANY = 30


class Clock:
    """The time of day, which passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def time(self) -> float:
        return self.now


class Coze:
    """Grants numbered tokens of an hour, fails while told to, and holds its answer back while `gate` is closed."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[str] = []
        self.failure: UpstreamError | None = None
        self.gate = threading.Event()
        self.gate.set()

    def grant(self, session: str) -> Token:
        self.asked.append(session)
        number = len(self.asked)
        assert self.gate.wait(10)
        if self.failure is not None:
            raise self.failure
        return Token.granted(f"token {number}", self.clock.now + HOUR, HOUR)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def coze(clock: Clock) -> Iterator[Coze]:
    coze = Coze(clock)
    yield coze
    coze.gate.set()


@pytest.fixture
def tokens(coze: Coze) -> Tokens:
    return Tokens(coze.grant, patience=10)


def test_a_token_is_used_until_shortly_before_its_end(tokens: Tokens, coze: Coze, clock: Clock) -> None:
    assert tokens.get("") == "token 1"
    clock.now += HOUR - module.EARLY - 1
    assert tokens.get("") == "token 1"
    clock.now += 2
    assert tokens.get("") == "token 2"
    assert len(coze.asked) == 2


@pytest.mark.parametrize(("age", "is_fresh", "is_valid"), [(44, True, True), (46, False, True), (61, False, False)])
def test_a_short_token_is_used_for_three_quarters_of_its_life(
    clock: Clock, age: float, *, is_fresh: bool, is_valid: bool
) -> None:
    token = Token.granted("x", clock.now + 60, HOUR)
    clock.now += age
    assert (token.is_fresh, token.is_valid) == (is_fresh, is_valid)


def test_a_slow_clock_makes_no_token_last_longer(clock: Clock) -> None:
    token = Token.granted("x", clock.now + HOUR + 600, HOUR)
    clock.now += HOUR
    assert not token.is_valid


def test_each_session_has_its_own(tokens: Tokens, coze: Coze) -> None:
    assert [tokens.get("a"), tokens.get("b"), tokens.get("a")] == ["token 1", "token 2", "token 1"]
    assert coze.asked == ["a", "b"]


class Awaited(Future[Token]):
    """A future that tells how many have begun to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0

    def result(self, timeout: float | None = None) -> Token:
        self.waiting += 1
        return super().result(timeout)


def together(tokens: Tokens, coze: Coze, monkeypatch: pytest.MonkeyPatch) -> list[str | UpstreamError]:
    """Have many threads ask while Coze holds its answer back, and return what each of them got."""
    flights: list[Awaited] = []

    def depart() -> Awaited:
        flights.append(Awaited())
        return flights[-1]

    def get() -> str | UpstreamError:
        try:
            return tokens.get("")
        except UpstreamError as error:
            return error

    monkeypatch.setattr(module, "Future", depart)
    coze.gate.clear()
    with ThreadPoolExecutor(MANY) as threads:
        asking = [threads.submit(get) for _ in range(MANY)]
        wait_until(lambda: sum(flight.waiting for flight in flights) == MANY - 1)
        coze.gate.set()
        return [future.result(10) for future in asking]


def test_many_that_need_a_token_at_once_make_one_call(
    tokens: Tokens, coze: Coze, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(together(tokens, coze, monkeypatch)) == {"token 1"}
    assert len(coze.asked) == 1


def test_while_one_renews_the_others_use_what_is_still_valid(tokens: Tokens, coze: Coze, clock: Clock) -> None:
    tokens.get("")
    clock.now += HOUR - 60
    coze.gate.clear()
    with ThreadPoolExecutor(1) as threads:
        renewing = threads.submit(tokens.get, "")
        wait_until(lambda: len(coze.asked) == 2)
        assert [tokens.get("") for _ in range(MANY)] == ["token 1"] * MANY
        coze.gate.set()
        assert renewing.result(10) == "token 2"
    assert tokens.get("") == "token 2"


def test_a_failed_renewal_does_not_lose_what_is_still_valid(
    tokens: Tokens, coze: Coze, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    tokens.get("")
    clock.now += HOUR - 120
    coze.failure = UnreachableError()
    assert [tokens.get("") for _ in range(MANY)] == ["token 1"] * MANY
    assert len(coze.asked) == 2, "it is not asked again at every use"
    assert "the old one is still used" in caplog.text
    clock.now += module.PAUSE + 1
    coze.failure = None
    assert tokens.get("") == "token 3"


def test_a_failed_renewal_does_not_prolong_it(tokens: Tokens, coze: Coze, clock: Clock) -> None:
    tokens.get("")
    clock.now += HOUR - module.PAUSE / 2
    coze.failure = UnreachableError()
    assert tokens.get("") == "token 1"
    clock.now += module.PAUSE / 2
    coze.failure = None
    assert tokens.get("") == "token 3"


def test_once_it_has_ended_the_failure_is_told(tokens: Tokens, coze: Coze, clock: Clock) -> None:
    tokens.get("")
    clock.now += HOUR + 1
    coze.failure = UnreachableError()
    with pytest.raises(UnreachableError):
        tokens.get("")
    coze.failure = None
    assert tokens.get("") == "token 3"


def test_who_waited_for_a_call_that_failed_does_not_make_it_again(
    tokens: Tokens, coze: Coze, monkeypatch: pytest.MonkeyPatch
) -> None:
    coze.failure = UpstreamError("upstream_timeout")
    told = together(tokens, coze, monkeypatch)
    assert {str(error) for error in told} == {"upstream_timeout"}
    assert len(coze.asked) == 1


def test_waiting_for_another_has_a_limit(coze: Coze) -> None:
    tokens = Tokens(coze.grant, patience=0.01)
    coze.gate.clear()
    with ThreadPoolExecutor(1) as threads:
        leading = threads.submit(tokens.get, "")
        wait_until(lambda: coze.asked)
        with pytest.raises(UpstreamError, match="upstream_timeout"):
            tokens.get("")
        coze.gate.set()
        assert leading.result(10) == "token 1"


def test_a_refused_token_is_dropped_but_not_the_one_after_it(tokens: Tokens, coze: Coze) -> None:
    refused = tokens.get("")
    assert tokens.drop("", refused)
    assert tokens.get("") == "token 2"
    assert tokens.drop("", refused), "another is there already"
    assert tokens.get("") == "token 2"
    assert len(coze.asked) == 2


def test_a_new_token_that_may_be_good_is_kept(tokens: Tokens, coze: Coze, clock: Clock) -> None:
    refused = tokens.get("")
    clock.now += module.NEW - 1
    assert not tokens.drop("", refused, unless_new=True)
    assert tokens.get("") == refused
    clock.now += 1
    assert tokens.drop("", refused, unless_new=True)
    assert tokens.get("") == "token 2"
    assert len(coze.asked) == 2


def test_a_token_refused_during_a_renewal_that_fails_does_not_come_back(
    tokens: Tokens, coze: Coze, clock: Clock
) -> None:
    refused = tokens.get("")
    clock.now += HOUR - 120
    coze.failure = UnreachableError()
    coze.gate.clear()
    with ThreadPoolExecutor(1) as threads:
        renewing = threads.submit(tokens.get, "")
        wait_until(lambda: len(coze.asked) == 2)
        tokens.drop("", refused)
        coze.gate.set()
        with pytest.raises(UnreachableError):
            renewing.result(10)
    coze.failure = None
    assert tokens.get("") == "token 3"


def test_a_thread_that_is_killed_at_it_leaves_nobody_waiting(coze: Coze) -> None:
    def die(_: str) -> Token:
        raise SystemExit

    tokens = Tokens(die, patience=10)
    for _ in range(2):
        with pytest.raises(SystemExit):
            tokens.get("")


def test_the_sessions_used_longest_ago_are_forgotten(
    tokens: Tokens, coze: Coze, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    for session in ("a", "b", "a", "c", "a"):
        tokens.get(session)
    assert coze.asked == ["a", "b", "c"]
    tokens.get("b")
    assert coze.asked == ["a", "b", "c", "b"]


def test_a_token_shows_itself_to_nobody(clock: Clock) -> None:
    assert "CANARY" not in repr(Token.granted("CANARY", time.time(), HOUR))
