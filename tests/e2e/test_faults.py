"""Each fault of the emulator through real gunicorn: exactly one terminal frame, and nothing left behind."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from coze_web.sse import Frame, FrameParser
from tests.servers import Server, emulator, wait_until, web
from tests.upstream import read_to

if TYPE_CHECKING:
    from collections.abc import Iterator

TERMINAL = {"done", "error"}
OF_STUDIO = {"5000": "103100001", "4016": "103100001", "4100": "700012006"}


# What does not depend on how Coze speaks is tried once.
on_the_cloud = pytest.mark.parametrize("profile", ["cloud"], indirect=True)


@pytest.fixture(scope="module", params=["cloud", "studio"])
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def coze(profile: str) -> Iterator[Server]:
    with emulator(profile=profile) as server:
        yield server


@pytest.fixture(scope="module")
def site(coze: Server, profile: str) -> Iterator[Server]:
    limits = {"COZE_TIMEOUT": "5", "COZE_WEB_HEARTBEAT": "0.5"}
    unlimited = {"COZE_WEB_RATE_LIMIT": "", "COZE_WEB_VISITOR_STREAMS": "0"}
    with web(coze.url, COZE_FLAVOR=profile, **limits, **unlimited) as server:
        yield server


@pytest.fixture(autouse=True)
def _fresh(coze: Server) -> None:
    requests.post(f"{coze.url}/_emulator/reset", timeout=5)


def ask(site: Server, question: str, **fields: Any) -> requests.Response:
    url = f"{site.url}/api/v1/coze/chat"
    return requests.post(url, json={"message": question, **fields}, stream=fields.get("stream", True), timeout=20)


def frames(response: requests.Response) -> list[Frame]:
    found = FrameParser().feed(response.content)
    assert [frame.event for frame in found if frame.event in TERMINAL] == [found[-1].event]
    return found


def text_of(found: list[Frame]) -> str:
    deltas = [json.loads(frame.data) for frame in found if frame.event == "conversation.message.delta"]
    return "".join(delta["content"] for delta in deltas)


def journal(coze: Server) -> list[str]:
    entries = requests.get(f"{coze.url}/_emulator/journal", timeout=5).json()["entries"]
    return [entry["event"] for entry in entries]


@on_the_cloud
@pytest.mark.parametrize(
    "text", ["hello", "  two  spaces ", "星期三\n第二行", "مرحبا 👩‍👩‍👧", 'a "quoted" \\ line', "x" * 7990]
)
def test_what_is_asked_for_comes_back_byte_for_byte(site: Server, text: str) -> None:
    found = frames(ask(site, f"/echo {text}"))
    assert found[-1] == Frame("done", "[DONE]")
    assert text_of(found) == text


@on_the_cloud
@pytest.mark.parametrize(("question", "word"), [("你是谁？", "我"), ("Who are you?", "I")])
def test_the_bot_answers_in_the_visitors_language(site: Server, question: str, word: str) -> None:
    assert word in text_of(frames(ask(site, question)))


@pytest.mark.parametrize("fault", ["hang", "ping", "split", "slow-start 1", "stall 1", "big 500000"])
def test_what_is_harmless_ends_well(site: Server, fault: str) -> None:
    started = time.monotonic()
    assert frames(ask(site, f"/fault {fault}"))[-1].event == "done"
    assert time.monotonic() - started < 8


@on_the_cloud
def test_what_did_nothing_yet_is_tried_again(site: Server) -> None:
    # A Studio refuses a chat within its stream, by one code for everything.
    assert frames(ask(site, "/fault code 4013 1"))[-1].event == "done"


@pytest.mark.parametrize(
    ("fault", "code", "retryable"),
    [
        ("cut", "upstream_truncated", True),
        ("end", "upstream_truncated", True),
        ("reset", "upstream_truncated", True),
        ("garbage", "upstream_malformed", True),
        ("failed", "5000", True),
        ("error", "5000", True),
        ("stall 30", "upstream_timeout", True),
        ("slow-start 30", "upstream_timeout", True),
        ("big 2000000", "event_too_large", False),
        ("code 4100", "4100", False),
        ("code 4016", "4016", True),
        ("status 503", "upstream_error", True),
        ("status 429 9 60", "upstream_rate_limited", True),
        ("html", "upstream_error", True),
    ],
)
def test_what_is_not_is_one_error(site: Server, profile: str, fault: str, code: str, *, retryable: bool) -> None:
    last = frames(ask(site, f"/fault {fault}"))[-1]
    assert last.event == "error"
    body = json.loads(last.data)
    code = OF_STUDIO.get(code, code) if profile == "studio" else code
    assert (body["code"], body["retryable"]) == (code, retryable)
    assert body["logid"]
    assert "<" not in body["message"]


@pytest.mark.parametrize("fault", ["cut", "end", "reset", "garbage", "stall 30", "slow-start 30"])
def test_a_chat_that_was_not_read_to_its_end_is_cancelled(site: Server, coze: Server, fault: str) -> None:
    frames(ask(site, f"/fault {fault}"))
    wait_until(lambda: "cancelled" in journal(coze))


def test_as_json(site: Server) -> None:
    answer = ask(site, "/say 5", stream=False)
    assert answer.status_code == 200
    body = answer.json()
    assert body["content"].split() == ["1", "2", "3", "4", "5"]
    assert body["usage"]["token_count"] > 0
    assert all(body[name] for name in ("logid", "chat_id", "conversation_id", "request_id"))


@on_the_cloud
def test_headers_leave_at_once_and_heartbeats_fill_the_silence(site: Server) -> None:
    started = time.monotonic()
    with ask(site, "/fault slow-start 3") as response:
        assert time.monotonic() - started < 1
        pieces = response.iter_content(None)
        assert next(pieces).startswith(b": open")
        assert b"".join(pieces).count(b": heartbeat") >= 2


@pytest.mark.parametrize("question", ["/say 10000", "/fault slow-start 300", "/fault stall 300"])
def test_a_visitor_who_leaves_is_noticed_and_the_chat_cancelled(site: Server, coze: Server, question: str) -> None:
    with ask(site, question) as response:
        read_to(b"in_progress", response.iter_content(None))
    wait_until(lambda: {"cancelled", "client_gone"} <= set(journal(coze)))


@on_the_cloud
@pytest.mark.parametrize("question", ["/say 10000", "/fault slow-start 300"])
def test_a_visitor_who_waits_for_json_and_leaves_is_noticed_too(site: Server, coze: Server, question: str) -> None:
    body = json.dumps({"message": question, "stream": False})
    head = "POST /api/v1/coze/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2]))) as visitor:
        visitor.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        wait_until(lambda: "opened" in journal(coze))
    wait_until(lambda: {"cancelled", "client_gone"} <= set(journal(coze)))


@on_the_cloud
def test_many_visitors_at_once_are_served_side_by_side(site: Server) -> None:
    endings = []

    def visit(number: int) -> None:
        found = frames(ask(site, f"/echo visitor {number}"))
        endings.append((found[-1].event, text_of(found)))

    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(30)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(20)
    assert sorted(endings) == sorted(("done", f"visitor {number}") for number in range(30))
