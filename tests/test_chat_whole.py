"""POST /api/v1/coze/chat with `"stream": false`: the whole answer, or an error with a true status."""

from __future__ import annotations

import fcntl
import resource
import socket
import ssl
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import (
    BEGIN,
    CHAT_ID,
    CHAT_URL,
    CONVERSATION_ID,
    DONE,
    LOGID,
    USAGE,
    answer,
    chat_event,
    delta,
    event,
    message,
)
from tests.faults.tls import certificate
from tests.visitor import URL, ask, play

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import responses
    from flask.testing import FlaskClient


def test_whole_answer_as_json(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("你", "好"))
    response = ask(client, stream=False)
    assert response.status_code == 200
    assert response.json == {
        "content": "你好",
        "usage": USAGE,
        "logid": LOGID,
        "chat_id": CHAT_ID,
        "conversation_id": CONVERSATION_ID,
        "request_id": response.headers["X-Request-ID"],
    }


@pytest.mark.parametrize(
    ("code", "status", "retryable"),
    [(4100, 502, False), (4016, 503, True), (4008, 503, False), (4200, 502, False), (4999, 502, True)],
)
def test_as_json_an_error_has_a_true_status(
    client: FlaskClient, coze: responses.RequestsMock, code: int, status: int, *, retryable: bool
) -> None:
    coze.post(CHAT_URL, json={"code": code, "msg": "upstream words", "detail": {"logid": LOGID}})
    response = ask(client, stream=False)
    assert response.status_code == status
    assert (response.json["code"], response.json["retryable"]) == (str(code), retryable)
    assert (response.json["type"], response.json["logid"]) == ("error", LOGID)
    assert "upstream words" not in response.text


def test_as_json_a_message_without_text_is_no_line(client: FlaskClient, coze: responses.RequestsMock) -> None:
    completed = b"".join(event("conversation.message.completed", message(text)) for text in ("", "a", "", "b"))
    play(coze, BEGIN + completed + chat_event("completed") + DONE)
    assert ask(client, stream=False).json["content"] == "a\n\nb"


def test_as_json_a_long_retry_after_is_handed_on(client: FlaskClient, coze: responses.RequestsMock) -> None:
    coze.post(CHAT_URL, status=429, headers={"Retry-After": "60"})
    response = ask(client, stream=False)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert "60 s" in response.json["message"]


def test_as_json_half_a_character_is_replaced(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, answer("a\ud800"))
    assert ask(client, stream=False).json["content"] == "a?"


def test_as_json_a_cut_answer_is_an_error(client: FlaskClient, coze: responses.RequestsMock) -> None:
    play(coze, BEGIN + delta("hi"))
    response = ask(client, stream=False)
    assert (response.status_code, response.json["code"]) == (502, "upstream_truncated")


@contextmanager
def connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give both ends of a connection: the visitor's and the server's."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as visitor,
    ):
        served, _ = listener.accept()
        with served:
            yield visitor, served


def asked_through(connection: socket.socket, client: FlaskClient, coze: responses.RequestsMock) -> int:
    """Ask over a connection as gunicorn hands it on, and return the status."""
    play(coze, answer("hi"))
    told = {"message": "hi", "stream": False}
    return client.post(URL, json=told, environ_overrides={"gunicorn.socket": connection}).status_code


def test_who_stays_is_answered_on_a_connection_of_any_number(client: FlaskClient, coze: responses.RequestsMock) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2048, limits[1]), limits[1]))
    try:
        with connected() as (_, served), socket.socket(fileno=high(served)) as numbered:
            assert numbered.fileno() >= 1024
            assert asked_through(numbered, client, coze) == 200
            assert numbered.gettimeout(), "a visitor who takes nothing is still not waited for"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def high(served: socket.socket) -> int:
    """Return a second, high number of the same connection."""
    return fcntl.fcntl(served.fileno(), fcntl.F_DUPFD, 1024)


def test_who_leaves_is_no_fault_of_ours(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    with connected() as (visitor, served):
        visitor.close()
        assert asked_through(served, client, coze) == 499
    with connected() as (visitor, served):
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        visitor.close()  # with RST
        assert asked_through(served, client, coze) == 499
    assert "Traceback" not in caplog.text


def test_through_tls_what_is_to_be_read_is_no_goodbye(
    client: FlaskClient, coze: responses.RequestsMock, tmp_path: Path
) -> None:
    theirs, ours = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.check_hostname, theirs.verify_mode = False, ssl.CERT_NONE
    ours.load_cert_chain(certificate(tmp_path, "site"))
    with connected() as (visitor, served), ThreadPoolExecutor(1) as threads:
        wrapping = threads.submit(ours.wrap_socket, served, server_side=True)
        with theirs.wrap_socket(visitor) as speaking, wrapping.result(10) as hearing:
            assert asked_through(hearing, client, coze) == 200
            speaking.sendall(b"GET /next")
            assert asked_through(hearing, client, coze) == 200
            assert hearing.recv(100) == b"GET /next"
            socket.socket.shutdown(speaking, socket.SHUT_RDWR)
            assert asked_through(hearing, client, coze) == 499
