from __future__ import annotations

import itertools
import socket

import pytest

from coze_web.emulator.faults import CHAT, Fault, parse
from coze_web.emulator.stream import SOCKET
from tests.coze_wire import is_json
from tests.emulator_caller import Caller, answer, events, ids_of, names, read

WHOLE = [
    "chat.created",
    "chat.in_progress",
    "message.delta",
    "message.completed",
    "chat.completed",
    "done",
]
HALF = WHOLE[:3]


@pytest.fixture
def coze() -> Caller:
    return Caller()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("cut", Fault("cut")),
        ("slow-start 1.5", Fault("slow-start", seconds=1.5)),
        ("code 4009", Fault("code", code=4009)),
        ("code 4009 2", Fault("code", code=4009, times=2)),
        ("status 429 2 7", Fault("status", status=429, times=2, retry_after=7)),
        ("big 10", Fault("big", size=10)),
    ],
)
def test_reads_a_fault(words: str, fault: Fault) -> None:
    assert parse(words.split(), CHAT) == fault


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "/fault slow-start|stall|"),
        ("nonsense", "/fault slow-start|stall|"),
        ("stall", "/fault stall SECONDS"),
        ("stall 1 2", "/fault stall SECONDS"),
        ("cut 1", "/fault cut"),
        ("status", r"/fault status STATUS \[TIMES\] \[RETRY_AFTER\]"),
        ("status 200", "STATUS = 400-599"),
        ("stall -1", "SECONDS = 0-3600"),
        ("stall nan", "SECONDS = "),
        ("stall 3601", "SECONDS = "),
        ("code 4000.5", "CODE = "),
        ("big 0", "SIZE = "),
    ],
)
def test_says_what_was_expected_instead(words: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        parse(words.split(), CHAT)


@pytest.mark.parametrize(("line", "said"), [("slow-start 5", HALF[:2]), ("stall 5", HALF)])
def test_is_silent_for_so_long(coze: Caller, line: str, said: list[str]) -> None:
    chunks = [(chunk, coze.clock.now) for chunk in coze.ask(f"/fault {line}").iter_encoded()]
    gaps = [later - sooner for (_, sooner), (_, later) in itertools.pairwise(chunks)]
    longest = gaps.index(max(gaps))
    assert gaps[longest] == pytest.approx(5.1)
    assert names(b"".join(chunk for chunk, _ in chunks[: longest + 1])) == said
    assert names(b"".join(chunk for chunk, _ in chunks)) == WHOLE


@pytest.mark.parametrize(("line", "seconds"), [("slow-start 5", 5.0), ("stall 5", 5.0), ("cut", 0.0)])
def test_takes_the_time_without_a_stream_too(coze: Caller, line: str, seconds: float) -> None:
    ids = coze.start(f"/fault {line}")
    coze.clock.now += 100
    output = coze.get("/v3/chat/retrieve", ids)["data"]["usage"]["output_count"]
    again = coze.start(f"/fault {line}")
    coze.clock.now += output / 10 + seconds - 0.01
    assert coze.status(again) == "in_progress"
    coze.clock.now += 0.02
    assert coze.status(again) == "completed"


def test_cut_ends_in_the_middle_of_an_event(coze: Caller) -> None:
    received, reset = read(coze.ask("/fault cut"))
    assert reset
    whole, torn = received.rsplit(b"\n\n", 1)
    assert names(whole + b"\n\n") == HALF
    assert torn.startswith(b"event:conversation.message.delta\ndata:{")
    assert not torn.endswith(b"}")


def test_a_chat_goes_on_after_its_stream_was_cut(coze: Caller) -> None:
    received, _ = read(coze.ask("/fault cut"))
    ids = ids_of(received[: received.index(b"\n\n") + 2])
    assert coze.journal() == ["opened", "finished"]
    assert coze.status(ids) == "in_progress"
    assert coze.cancel(ids)["data"]["status"] == "canceled"


def test_end_ends_cleanly_and_silently(coze: Caller) -> None:
    body = coze.ask("/fault end").data
    assert names(body) == HALF
    assert coze.status(ids_of(body)) == "in_progress"


def test_reset_resets_the_connection(coze: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as theirs:
        ours, _ = server.accept()
        with ours:
            body, reset = read(coze.ask("/fault reset", environ={SOCKET: ours}))
        assert reset
        assert names(body) == HALF
        with pytest.raises(ConnectionResetError):
            theirs.recv(1)


def test_reset_just_ends_where_there_is_no_socket(coze: Caller) -> None:
    body, reset = read(coze.ask("/fault reset"))
    assert reset
    assert names(body) == HALF


def test_failed_ends_with_chat_failed_and_nothing_after_it(coze: Caller) -> None:
    body = coze.ask("/fault failed").data
    assert names(body) == [*HALF, "chat.failed"]
    last = events(body)[-1][1]
    assert last["last_error"] == {"code": 5000, "msg": "event interval error"}
    assert last["failed_at"] == last["completed_at"] == int(coze.clock.now)
    assert coze.get("/v3/chat/retrieve", ids_of(body))["data"] == last


@pytest.mark.parametrize("name", ["failed", "error", "cut", "end", "reset"])
def test_breaks_off_after_half_the_answer(coze: Caller, name: str) -> None:
    whole = answer(coze.ask("/fault hang").data)
    body, _ = read(coze.ask(f"/fault {name}"))
    said = answer(body[: body.rindex(b"\n\n") + 2])
    assert 0.3 < len(said) / len(whole) < 0.7


def test_failed_fails_without_a_stream_too(coze: Caller) -> None:
    ids = coze.start("/fault failed")
    assert coze.status(ids) == "in_progress"
    coze.clock.now += 60
    assert coze.get("/v3/chat/retrieve", ids)["data"]["last_error"]["code"] == 5000
    assert coze.status(ids) == "failed"
    assert coze.get("/v3/chat/message/list", ids)["data"] == []


def test_error_ends_with_an_error_event(coze: Caller) -> None:
    body = coze.ask("/fault error").data
    assert names(body) == [*HALF, "error"]
    assert events(body)[-1][1]["code"] == 5000


def test_hang_says_everything_and_then_waits_for_the_client_to_leave(coze: Caller) -> None:
    ours, theirs = socket.socketpair()
    response = coze.ask("/fault hang", environ={SOCKET: ours})
    until = coze.clock.now + 1000

    def leave() -> None:
        if coze.clock.now > until:
            theirs.close()

    coze.clock.when_asleep = leave
    with ours:
        body, reset = read(response)
    assert reset
    assert names(body) == WHOLE
    assert coze.clock.now == pytest.approx(until, abs=0.5)
    assert coze.journal() == ["opened", "finished", "client_gone"]


def test_hang_does_not_hang_where_nobody_can_leave(coze: Caller) -> None:
    assert names(coze.ask("/fault hang").data) == WHOLE
    assert coze.journal() == ["opened", "finished"]


def test_code_refuses_as_json_for_ever(coze: Caller) -> None:
    for _ in range(3):
        response = coze.ask("/fault code 4009")
        assert (response.status_code, response.get_json()["code"]) == (200, 4009)
    assert coze.ask("/fault code 4100").status_code == 401
    assert coze.ask("/fault code 12345", stream=False).get_json()["msg"]


def test_code_refuses_so_many_times_in_a_row(coze: Caller) -> None:
    def codes(line: str, times: int) -> list[int]:
        return [(coze.ask(line).get_json(silent=True) or {"code": 0})["code"] for _ in range(times)]

    assert codes("/fault code 4013 2", 2) == [4013, 4013]
    assert codes("/fault code 4013 1", 1) == [4013]
    assert names(coze.ask("/fault code 4013 2").data) == WHOLE
    assert codes("/fault code 4013 2", 1) == [4013]
    coze.client.post("/_emulator/reset")
    assert codes("/fault code 4013 2", 3) == [4013, 4013, 0]


def test_status_refuses_with_that_status_and_no_json(coze: Caller) -> None:
    first, second, third = (coze.ask("/fault status 429 2 7") for _ in range(3))
    assert first.status_code == second.status_code == 429
    assert first.headers["Retry-After"] == "7"
    assert first.content_type == "text/plain; charset=utf-8"
    assert third.status_code == 200
    assert "Retry-After" not in coze.ask("/fault status 503").headers
    assert coze.get("/_emulator/journal")["entries"][0]["code"] is None


def test_html_is_a_502_page(coze: Caller) -> None:
    response = coze.ask("/fault html")
    assert (response.status_code, response.content_type) == (502, "text/html; charset=utf-8")
    assert response.data.startswith(b"<!DOCTYPE html>")
    assert response.headers["X-Tt-Logid"]


def test_garbage_is_one_event_of_broken_json_and_then_it_goes_on(coze: Caller) -> None:
    frames = coze.ask("/fault garbage").data.decode().removesuffix("\n\n").split("\n\n")
    data = [frame.split("data:", 1)[1] for frame in frames]
    broken = [text for text in data if not is_json(text)]
    assert len(broken) == 1
    assert frames[data.index(broken[0])].startswith("event:conversation.message.delta\n")
    assert frames[-1] == 'event:done\ndata:"[DONE]"'


def test_ping_puts_noise_between_the_events(coze: Caller) -> None:
    frames = coze.ask("/fault ping").data.decode().removesuffix("\n\n").split("\n\n")
    assert frames[:3] == [": keep-alive", "id:0", "event:PING\ndata:{}"]
    rest = [frame for frame in frames if not frame.startswith((": ", "id:", "event:PING"))]
    assert names(("\n\n".join(rest) + "\n\n").encode()) == WHOLE
    assert len(frames) == 4 * len(rest)


def test_split_writes_every_byte_on_its_own(coze: Caller) -> None:
    chunks = list(coze.ask("/fault split").iter_encoded())
    assert {len(chunk) for chunk in chunks} == {1}
    assert names(b"".join(chunks)) == WHOLE


def test_big_is_one_delta(coze: Caller) -> None:
    body = coze.ask("/fault big 20000").data
    assert answer(body) == "x" * 20000
    assert sum(name == "conversation.message.delta" for name, _ in events(body)) == 1
