"""The faults of a run: the same as a chat's where that makes sense, and a run that fails."""

from __future__ import annotations

import itertools
import json

import pytest

from tests.coze_wire import is_json
from tests.emulator_caller import Caller, read, run_events


@pytest.fixture
def coze() -> Caller:
    return Caller()


def whole_events(body: bytes) -> list[str]:
    """Return the names of the events that came whole."""
    return [name for name, _ in run_events(body[: body.rindex(b"\n\n") + 2])]


def test_fail_fails_with_an_address_and_in_the_history(coze: Caller) -> None:
    answer = coze.run("/fault fail")
    assert answer["code"] == 720701013
    execute_id = answer["debug_url"].partition("execute_id=")[2].partition("&")[0]
    found = coze.history(execute_id)
    assert (found["execute_status"], found["error_code"], found["output"]) == ("Fail", "720701013", "")
    assert found["error_message"] == answer["msg"]


@pytest.mark.parametrize(("line", "code"), [("fail", 720701013), ("error", 5000)])
def test_a_stream_ends_half_way_with_an_error_event(coze: Caller, line: str, code: int) -> None:
    events = run_events(coze.stream_run(f"/fault {line}").data)
    assert events[-1][0] == "Error"
    assert (events[-1][1]["error_code"], bool(events[-1][1]["error_message"])) == (code, True)
    whole = run_events(coze.stream_run("/fault stall 1").data)
    assert 0.3 < len(events) / len(whole) < 0.7


def test_an_asynchronous_run_fails_by_the_clock(coze: Caller) -> None:
    execute_id = coze.run("/fault error", is_async=True)["execute_id"]
    assert coze.history(execute_id)["execute_status"] == "Running"
    assert coze.history(execute_id)["error_code"] == ""
    coze.clock.now += 60
    assert coze.history(execute_id)["error_code"] == "5000"


@pytest.mark.parametrize("is_async", [True, False])
def test_refuses_before_anything_starts(coze: Caller, is_async: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    assert [coze.run("/fault code 6003 1", is_async=is_async)["code"] for _ in range(2)] == [6003, 0]
    assert coze.stream_run("/fault status 429 1 7").headers["Retry-After"] == "7"
    assert coze.stream_run("/fault html").status_code == 502


@pytest.mark.parametrize("line", ["/fault slow-start 5", "/slow 5", "/fault stall 5"])
def test_is_silent_for_so_long(coze: Caller, line: str) -> None:
    times = [coze.clock.now]
    times += [coze.clock.now for _ in coze.stream_run(line).iter_encoded()]
    assert max(later - sooner for sooner, later in itertools.pairwise(times)) == pytest.approx(5.1)
    started = coze.clock.now
    assert coze.run(line)["code"] == 0
    assert coze.clock.now - started > 5


@pytest.mark.parametrize("line", ["cut", "end", "reset"])
def test_breaks_off_half_way(coze: Caller, line: str) -> None:
    body, reset = read(coze.stream_run(f"/fault {line}"))
    assert reset is (line != "end")
    assert set(whole_events(body)) == {"Message"}
    assert body.endswith(b"\n\n") is (line != "cut")


def test_hang_says_everything(coze: Caller) -> None:
    assert whole_events(coze.stream_run("/fault hang").data)[-1] == "Done"


def test_garbage_is_one_event_of_broken_json_and_then_it_goes_on(coze: Caller) -> None:
    frames = coze.stream_run("/fault garbage").data.decode().removesuffix("\n\n").split("\n\n")
    data = [frame.partition("data: ")[2] for frame in frames]
    assert sum(not is_json(text) for text in data) == 1
    assert "event: Done" in frames[-1]


def test_ping_puts_noise_between_the_events(coze: Caller) -> None:
    frames = coze.stream_run("/fault ping").data.decode().removesuffix("\n\n").split("\n\n")
    assert frames[:3] == [": keep-alive", "id:0", "event:PING\ndata:{}"]
    assert len(frames) % 4 == 0


def test_split_writes_every_byte_on_its_own(coze: Caller) -> None:
    chunks = list(coze.stream_run("/fault split").iter_encoded())
    assert {len(chunk) for chunk in chunks} == {1}
    assert whole_events(b"".join(chunks))[-1] == "Done"


def test_big_is_one_message(coze: Caller) -> None:
    assert len(run_events(coze.stream_run("/fault big 20000").data)) == 3
    assert len(json.loads(coze.run("/fault big 20000")["data"])["output"]) == 20000
