"""The httpx transport over requests."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from typing import TYPE_CHECKING

import certifi
import httpx
import pytest
import requests

from coze_web.call import Call, current_call
from coze_web.transport import RequestsTransport, parse_retry_after, trust
from tests.servers import free_port
from tests.upstream import CHUNKED, LAST_CHUNK, OK, UNTIL_CLOSE, Connection, chunk, upstream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import responses

URL = "https://api.coze.cn/v3/chat"


def http_client(url: str = URL, timeout: float = 5) -> httpx.Client:
    return httpx.Client(transport=RequestsTransport(url, pool_size=2), timeout=timeout)


def test_method_headers_and_body_reach_the_wire() -> None:
    def script(connection: Connection) -> None:
        connection.send(OK)

    with upstream(script) as server, http_client(server.url) as client:
        answer = client.post(server.url + "/a?b=%20", content=b"x\x00y", headers={"X-Test": "1"})
        assert answer.json() == {"code": 0, "data": {}}
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b=%20 HTTP/1.1")
    assert b"X-Test: 1" in head
    assert body == b"x\x00y"


@pytest.mark.parametrize("framing", ["chunked", "until close"])
def test_a_body_is_delivered_as_it_arrives(framing: str) -> None:
    asked = threading.Event()

    def script(connection: Connection) -> None:
        connection.send((CHUNKED + chunk(b"one")) if framing == "chunked" else (UNTIL_CLOSE + b"one"))
        asked.wait(5)
        connection.send((chunk(b"two") + LAST_CHUNK) if framing == "chunked" else b"two")

    with upstream(script) as server, http_client() as client, client.stream("GET", server.url) as answer:
        parts = answer.iter_raw()
        assert next(parts) == b"one"
        asked.set()
        assert b"".join(parts) == b"two"


def test_gzip_is_decoded_though_nobody_asked_for_it(coze: responses.RequestsMock) -> None:
    coze.get(URL, body=gzip.compress(b"text"), headers={"Content-Encoding": "gzip"})
    with http_client() as client:
        answer = client.get(URL)
    assert answer.content == b"text"
    assert "content-encoding" not in answer.headers


def test_a_redirect_is_not_followed(coze: responses.RequestsMock) -> None:
    coze.get(URL, status=307, headers={"Location": "https://evil.example/"})
    with http_client() as client:
        assert client.get(URL).status_code == 307
    assert len(coze.calls) == 1


def test_no_cookie_goes_from_one_visitor_to_the_next(coze: responses.RequestsMock) -> None:
    coze.get(URL, headers={"Set-Cookie": "visitor=1"})
    with RequestsTransport(URL, pool_size=1) as transport:
        for _ in range(2):
            transport.handle_request(httpx.Request("GET", URL)).read()
    assert "Cookie" not in coze.calls[1].request.headers


def test_a_netrc_entry_does_not_replace_the_token(
    coze: responses.RequestsMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine api.coze.cn login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    coze.get(URL)
    with http_client() as client:
        client.get(URL, headers={"Authorization": "Bearer pat_a"})
    assert coze.calls[0].request.headers["Authorization"] == "Bearer pat_a"


def test_the_proxy_is_taken_from_the_environment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with http_client() as client:
        monkeypatch.delenv("HTTPS_PROXY")
        with pytest.raises(httpx.ProxyError):
            client.get(URL)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (requests.exceptions.ProxyError(), httpx.ProxyError),
        (requests.exceptions.SSLError(), httpx.NetworkError),
        (requests.exceptions.ConnectTimeout(), httpx.ConnectTimeout),
        (requests.exceptions.ReadTimeout(), httpx.ReadTimeout),
        (requests.exceptions.ConnectionError(), httpx.ReadError),
        (requests.exceptions.InvalidURL(), httpx.ReadError),
    ],
)
def test_what_requests_raises_becomes_what_httpx_raises(
    coze: responses.RequestsMock, raised: Exception, expected: type[Exception]
) -> None:
    coze.get(URL, body=raised)
    with http_client() as client, pytest.raises(expected) as caught:
        client.get(URL)
    assert caught.type is expected


def test_a_closed_port_is_a_connect_error() -> None:
    with http_client() as client, pytest.raises(httpx.ConnectError):
        client.get(f"http://127.0.0.1:{free_port()}")


def reset_at_once(connection: Connection) -> None:
    connection.reset()


def cut_in_a_chunk(connection: Connection) -> None:
    connection.send(CHUNKED + b"10\r\nhalf")


def garbage(connection: Connection) -> None:
    connection.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


@pytest.mark.parametrize("script", [reset_at_once, cut_in_a_chunk, garbage])
def test_a_connection_that_breaks_is_a_protocol_error(script: Callable[[Connection], None]) -> None:
    with upstream(script) as server, http_client() as client, pytest.raises(httpx.RemoteProtocolError):
        client.get(server.url)


def test_silence_is_a_read_timeout() -> None:
    with (
        upstream(Connection.wait_for_end) as server,
        http_client(timeout=0.05) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get(server.url)


def silent_headers(connection: Connection) -> None:
    connection.wait_for_end()


def silent_body(connection: Connection) -> None:
    connection.send(CHUNKED + chunk(b"one"))
    connection.wait_for_end()


@pytest.mark.parametrize("script", [silent_headers, silent_body])
def test_another_thread_can_hang_up_whatever_the_call_waits_for(script: Callable[[Connection], None]) -> None:
    call = Call()
    raised: list[Exception] = []

    def read(url: str) -> None:
        current_call.set(call)
        with http_client(url) as client:
            try:
                client.get(url)
            except httpx.HTTPError as error:
                raised.append(error)

    with upstream(script) as server:
        reader = threading.Thread(target=read, args=(server.url,))
        reader.start()
        while not server.requests:
            time.sleep(0.001)
        call.hang_up()
        reader.join(20)
        assert not reader.is_alive()
        assert server.left.wait(20)
    assert len(raised) == 1


def test_a_call_that_was_hung_up_before_it_began_fails_at_once() -> None:
    call = Call()
    call.hang_up()
    token = current_call.set(call)
    try:
        with upstream(silent_headers) as server, http_client() as client, pytest.raises(httpx.RemoteProtocolError):
            client.get(server.url)
    finally:
        current_call.reset(token)


def test_hanging_up_after_the_end_does_not_hurt_the_connections_next_user() -> None:
    def script(connection: Connection) -> None:
        connection.send(OK)
        connection.request()
        connection.send(OK)

    call = Call()
    token = current_call.set(call)
    try:
        with upstream(script) as server, http_client() as client:
            client.get(server.url)
            call.hang_up()
            current_call.set(None)
            assert client.get(server.url).status_code == 200
            assert len(server.requests) == 1, "the connection was used again"
    finally:
        current_call.reset(token)


@pytest.mark.parametrize(("header", "seconds"), [("3", 3), ("0", 0), ("", None), ("soon", None), ("-1", None)])
def test_retry_after(header: str, seconds: int | None) -> None:
    assert parse_retry_after(header) == seconds


def test_retry_after_as_a_date_in_the_past_is_now() -> None:
    assert parse_retry_after("Fri, 20 Nov 2020 10:00:00 GMT") == 0


def test_another_kind_of_client_trusts_whom_requests_trusts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    assert trust("https://api.coze.cn") is True
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    context = trust("https://api.coze.cn")
    assert isinstance(context, ssl.SSLContext)
    assert context.get_ca_certs()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    assert isinstance(trust("https://api.coze.cn"), ssl.SSLContext)
