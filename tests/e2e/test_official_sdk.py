"""The emulator as a process of its own, called by the official SDK and by bare sockets."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cozepy import (
    AsyncCoze,
    AsyncHTTPClient,
    AsyncTokenAuth,
    Chat,
    ChatEventType,
    ChatStatus,
    Coze,
    CozeAPIError,
    Message,
    SyncHTTPClient,
    TokenAuth,
)

from coze_web.emulator import BOT_ID, TOKEN, UNPUBLISHED_BOT_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVE = "from coze_web.emulator.server import serve; serve('127.0.0.1', {port}, 100)"


def start(port: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SERVE.format(port=port)], stdout=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """Serve the emulator on a free port; it listens once it has printed its variables."""
    with start() as process:
        assert process.stdout
        lines = [process.stdout.readline().strip() for _ in range(4)]
        variables = dict(line.split("=", 1) for line in lines[1:])
        assert variables == {"COZE_API_BASE": lines[0].split()[-1], "COZE_API_TOKEN": TOKEN, "COZE_BOT_ID": BOT_ID}
        yield variables["COZE_API_BASE"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0


def sync_coze(base_url: str, token: str = TOKEN) -> Iterator[Coze]:
    with SyncHTTPClient(trust_env=False) as client:
        yield Coze(auth=TokenAuth(token), base_url=base_url, http_client=client)


@pytest.fixture
def coze(base_url: str) -> Iterator[Coze]:
    yield from sync_coze(base_url)


@pytest.fixture
def stranger(base_url: str) -> Iterator[Coze]:
    yield from sync_coze(base_url, "pat_wrong")


def question(text: str) -> dict[str, Any]:
    said = [Message.build_user_question_text(text)]
    return {"bot_id": BOT_ID, "user_id": "sdk", "additional_messages": said}


def is_refused(code: int, call: Callable[[], object]) -> None:
    with pytest.raises(CozeAPIError) as refusal:
        call()
    assert refusal.value.code == code
    assert refusal.value.logid


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds, 5 seconds at most."""
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def poll(coze: Coze, chat: Chat) -> Chat:
    while chat.status == ChatStatus.IN_PROGRESS:
        time.sleep(0.02)
        chat = coze.chat.retrieve(conversation_id=chat.conversation_id, chat_id=chat.id)
    return chat


# The official SDK


def test_streams(coze: Coze) -> None:
    stream = coze.chat.stream(**question("/say 5"))
    assert stream.response.logid
    events = list(stream)
    deltas = [event for event in events if event.event == ChatEventType.CONVERSATION_MESSAGE_DELTA]
    assert [event.message.content for event in deltas if event.message] == ["1 ", "2 ", "3 ", "4 ", "5 "]
    assert events[0].event == ChatEventType.CONVERSATION_CHAT_CREATED
    assert events[-1].event == ChatEventType.CONVERSATION_CHAT_COMPLETED


def test_streams_reasoning_tools_and_suggestions(coze: Coze) -> None:
    events = list(coze.chat.stream(**question("想一想天气：为什么？给些建议")))
    messages = [event.message for event in events if event.message]
    assert [message for message in messages if message.reasoning_content]
    assert {"function_call", "tool_response", "answer", "verbose", "follow_up"} == {
        message.type for message in messages
    }


def test_creates_and_polls(coze: Coze) -> None:
    created = coze.chat.create(**question("/echo 你好"))
    assert created.status == ChatStatus.IN_PROGRESS
    chat = poll(coze, created)
    assert chat.status == ChatStatus.COMPLETED
    assert chat.usage
    assert chat.usage.output_count == 1
    listed = coze.chat.messages.list(conversation_id=chat.conversation_id, chat_id=chat.id)
    assert [message.content for message in listed if message.type == "answer"] == ["你好"]


def test_polls_by_itself(coze: Coze) -> None:
    polled = coze.chat.create_and_poll(**question("/say 2"))
    assert polled.chat.status == ChatStatus.COMPLETED
    assert polled.messages


def test_a_failed_chat_tells_why(coze: Coze) -> None:
    assert list(coze.chat.stream(**question("/fault failed")))[-1].event == ChatEventType.CONVERSATION_CHAT_FAILED
    chat = poll(coze, coze.chat.create(**question("/fault failed")))
    assert chat.status == ChatStatus.FAILED
    assert chat.last_error
    assert chat.last_error.code == 5000


def test_cancels_only_what_runs(coze: Coze) -> None:
    chat = coze.chat.create(**question("/say 100"))
    ids = {"conversation_id": chat.conversation_id, "chat_id": chat.id}
    assert coze.chat.cancel(**ids).status == ChatStatus.CANCELED
    is_refused(4104, lambda: coze.chat.cancel(**ids))


def test_runs_one_chat_at_a_time_in_a_conversation(coze: Coze) -> None:
    chat = coze.chat.create(**question("/say 100"))
    is_refused(4016, lambda: coze.chat.create(**question("again"), conversation_id=chat.conversation_id))
    is_refused(4016, lambda: coze.chat.stream(**question("again"), conversation_id=chat.conversation_id))


def test_knows_the_account_and_the_bots(coze: Coze) -> None:
    assert coze.users.me().user_name == "emulator"
    for version in (1, 2):
        assert coze.bots.retrieve(bot_id=BOT_ID, use_api_version=version).bot_id == BOT_ID
        is_refused(4200, lambda: coze.bots.retrieve(bot_id="1", use_api_version=version))  # noqa: B023 - called at once
    draft = coze.bots.retrieve(bot_id=UNPUBLISHED_BOT_ID, use_api_version=2, is_published=False)
    assert draft.bot_id == UNPUBLISHED_BOT_ID
    is_refused(4015, lambda: coze.bots.retrieve(bot_id=UNPUBLISHED_BOT_ID))
    is_refused(4015, lambda: coze.bots.retrieve(bot_id=UNPUBLISHED_BOT_ID, use_api_version=2, is_published=True))


def test_refuses_a_wrong_token_and_an_unknown_bot(coze: Coze, stranger: Coze) -> None:
    is_refused(4101, lambda: stranger.chat.stream(**question("hi")))
    is_refused(700012006, stranger.users.me)
    is_refused(4200, lambda: coze.chat.create(**{**question("hi"), "bot_id": "1"}))


def test_refuses_on_demand(coze: Coze) -> None:
    is_refused(4013, lambda: coze.chat.stream(**question("/fault code 4013")))
    is_refused(429, lambda: coze.chat.stream(**question("/fault status 429")))
    is_refused(502, lambda: coze.chat.stream(**question("/fault html")))


def test_serves_the_async_client(base_url: str) -> None:
    async def talk() -> None:
        async with AsyncHTTPClient(trust_env=False) as client:
            coze = AsyncCoze(auth=AsyncTokenAuth(TOKEN), base_url=base_url, http_client=client)
            events = [event async for event in coze.chat.stream(**question("/say 3"))]
            assert events[-1].event == ChatEventType.CONVERSATION_CHAT_COMPLETED
            chat = await coze.chat.create(**question("/say 100"))
            ids = {"conversation_id": chat.conversation_id, "chat_id": chat.id}
            assert (await coze.chat.retrieve(**ids)).status == ChatStatus.IN_PROGRESS
            assert (await coze.chat.cancel(**ids)).status == ChatStatus.CANCELED
            assert not list(await coze.chat.messages.list(**ids))
            with pytest.raises(CozeAPIError, match="4104"):
                await coze.chat.cancel(**ids)
            assert (await coze.users.me()).user_id
            for version in (1, 2):
                assert (await coze.bots.retrieve(bot_id=BOT_ID, use_api_version=version)).name

    asyncio.run(talk())


# Bare sockets


def connect(base_url: str, text: str) -> socket.socket:
    """Ask for a stream over a socket of its own."""
    message = {"role": "user", "content": text, "content_type": "text"}
    fields = {"bot_id": BOT_ID, "user_id": "raw", "stream": True, "additional_messages": [message]}
    body = json.dumps(fields).encode()
    head = f"POST /v3/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n"
    url = httpx.URL(base_url)
    connection = socket.create_connection((url.host, url.port), timeout=5)
    connection.sendall(head.encode() + body)
    return connection


def read_to(connection: socket.socket, mark: bytes) -> bytes:
    """Read until the mark, or until the server closes."""
    received = b""
    while mark not in received and (data := connection.recv(65536)):
        received += data
    return received


def journal(base_url: str) -> list[str]:
    """Return what happened to the newest chat."""
    entries = httpx.get(f"{base_url}/_emulator/journal", trust_env=False).json()["entries"]
    newest = next(entry["chat_id"] for entry in reversed(entries) if entry["event"] == "opened")
    return [entry["event"] for entry in entries if entry.get("chat_id") == newest]


def test_an_ordinary_stream_ends_and_keeps_the_connection(base_url: str) -> None:
    with connect(base_url, "/say 1") as connection:
        assert b'event:done\ndata:"[DONE]"\n\n\r\n0\r\n\r\n' in read_to(connection, b"\r\n0\r\n\r\n")
        connection.sendall(b"GET /_emulator/journal HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_to(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")


def test_cut_closes_in_the_middle_of_an_event(base_url: str) -> None:
    with connect(base_url, "/fault cut") as connection:
        received = read_to(connection, b"\r\n0\r\n\r\n")
    assert not received.endswith((b"\n\n\r\n", b"\r\n0\r\n\r\n"))
    assert journal(base_url) == ["opened", "finished"]


def test_end_closes_the_body_and_not_the_connection(base_url: str) -> None:
    with connect(base_url, "/fault end") as connection:
        received = read_to(connection, b"\r\n0\r\n\r\n")
    assert received.endswith(b"\r\n0\r\n\r\n")
    assert b"completed\n" not in received
    assert b"event:done" not in received


def test_reset_resets(base_url: str) -> None:
    with connect(base_url, "/fault reset") as connection, pytest.raises(ConnectionResetError):
        read_to(connection, b"\r\n0\r\n\r\n")


def test_hang_leaves_the_connection_open_after_done(base_url: str) -> None:
    with connect(base_url, "/fault hang") as connection:
        read_to(connection, b'data:"[DONE]"\n\n\r\n')
        connection.settimeout(0.4)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        assert journal(base_url) == ["opened", "finished"]
    eventually(lambda: journal(base_url) == ["opened", "finished", "client_gone"])


def test_split_sends_every_byte_on_its_own(base_url: str) -> None:
    with connect(base_url, "/fault split") as connection:
        body = read_to(connection, b"\r\n0\r\n\r\n").partition(b"\r\n\r\n")[2]
    assert body.startswith(b"1\r\ne\r\n1\r\nv\r\n1\r\ne\r\n1\r\nn\r\n1\r\nt\r\n1\r\n:\r\n")


@pytest.mark.parametrize("text", ["/fault slow-start 60", "/say 6000"])
def test_notices_within_a_moment_that_the_client_has_left(base_url: str, text: str) -> None:
    with connect(base_url, text) as connection:
        read_to(connection, b"in_progress")
        left = time.time()
    eventually(lambda: journal(base_url) == ["opened", "client_gone"])
    entries = httpx.get(f"{base_url}/_emulator/journal", trust_env=False).json()["entries"]
    assert entries[-1]["at"] - left < 0.5


# The process


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_with_an_open_stream(signum: signal.Signals) -> None:
    with start() as process:
        assert process.stdout
        lines = [process.stdout.readline().strip() for _ in range(4)]
        with connect(lines[1].removeprefix("COZE_API_BASE="), "/fault slow-start 60") as connection:
            read_to(connection, b"in_progress")
            os.kill(process.pid, signum)
            assert process.wait(3) == 0


def test_a_port_in_use_is_one_message_and_status_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = SERVE.format(port=port)
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
        )
    assert ended.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "端口" in ended.stderr
    assert "Traceback" not in ended.stderr
