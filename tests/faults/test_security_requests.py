"""What a hostile visitor sends, and a hostile bot says, to reach more than an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.coze_wire import BEGIN, BOT_ID, DONE, OPERATOR_TOKEN, answer, chat_event, delta, event
from tests.faults.client import PATH, PROMPT, request
from tests.upstream import CHUNKED, LAST_CHUNK, chunk, upstream

if TYPE_CHECKING:
    from tests.faults.site import Site

OPERATOR = f"Authorization: Bearer {OPERATOR_TOKEN}"
FOREIGN_CONVERSATION = "7381473525342970001"
FORGED = "FORGED-2026-11-20 INFO a line that nobody wrote"


def say(site: Site, *events: bytes) -> None:
    """Let Coze send these events as one stream."""
    site.play(lambda connection: connection.send(CHUNKED + chunk(b"".join(events)) + LAST_CHUNK))


def asked(site: Site) -> tuple[str, dict[str, Any]]:
    """Give the head and the body of the last chat that reached Coze."""
    chats = [it for it in site.coze.requests if it.startswith((b"POST /v3/chat?", b"POST /v3/chat "))]
    head, _, body = chats[-1].partition(b"\r\n\r\n")
    return head.decode(), json.loads(body)


def test_s12_a_body_names_no_other_host_and_no_other_bot(site: Site) -> None:
    """S12: where Coze is, and which bot answers, is the owner's alone to say."""
    with upstream(lambda _: None) as evil:
        address = evil.url
        more = {"base_url": address, "api_base": address, "url": f"{address}/v3/chat", "proxy": address}
        headers = (f"X-Forwarded-Host: {address[7:]}", f"Forwarded: host={address[7:]}", f"X-Original-URL: {address}")
        say(site, answer("yes"))
        heard = site.heard(PROMPT, *headers, bot_id="1", user_id="1", stream=True, auto_save_history=True, **more)
        assert heard.text == "yes"
        head, body = asked(site)
        assert f"Host: {site.coze.url[7:]}" in head
        assert body["bot_id"] == BOT_ID
        assert body["user_id"] != "1"
        assert address not in f"{head}{body}"
        assert evil.requests == []


@pytest.mark.parametrize("method", ["GET", "POST", "CONNECT"])
def test_s12_the_host_that_a_request_names_is_never_asked(site: Site, method: str) -> None:
    """S12: no open proxy: neither by the Host header, nor by an absolute address, nor by CONNECT."""
    with upstream(lambda _: None) as evil:
        host = evil.url.removeprefix("http://")
        for path in (f"{evil.url}/", f"//{host}/", f"/@{host}/", host):
            assert site.connect(request(b"", method=method, path=path, host=host)).read().status < 500
        assert evil.requests == []


BAD_IDS = ["..", "%2e%2e", "..%2f..%2fx", "http:%2f%2fa", "1%2f..", "1%00", "1%0d%0aX:%20y", "1%3fa=b", "%d9%a3", "-1"]
PLACES = ["bots/{}", "conversations/{}", "conversations/{}/messages", "workflows/{}/runs/1", "workflows/1/runs/{}"]


@pytest.mark.parametrize("bad", BAD_IDS)
def test_s12_an_id_in_an_address_is_digits(site: Site, bad: str) -> None:
    """S12: nothing else goes into an address of Coze's."""
    before = site.chats()
    for path in PLACES:
        heard = site.connect(request(b"", OPERATOR, method="GET", path=f"/api/v1/coze/{path.format(bad)}")).read()
        assert heard.status in {308, 400, 404}, path
    assert site.chats() == before


@pytest.mark.parametrize(
    "bad", ["..", "../../x", "http://evil.example", "1?a=b", "1\r\nX: y", "１", "", "1/2", [], {}, 1.5]
)
def test_s12_an_id_in_a_body_is_digits(site: Site, bad: object) -> None:
    """S12: nor where a body names one."""
    before = site.chats()
    for name in ("bot_id", "conversation_id"):
        body = json.dumps({name: bad, "message": "m"}).encode()
        heard = site.connect(request(body, OPERATOR, path="/api/v1/coze/workflows/1/chat")).read()
        assert heard.status == 400, (name, bad)
    assert site.chats() == before


@pytest.mark.parametrize(
    "name", ["conversation_id", "chat_id", "parent_message_id", "additional_messages", "meta_data"]
)
def test_s21_nobody_names_the_conversation_of_another(site: Site, name: str) -> None:
    """S21: a conversation that this server did not begin for this visitor reaches Coze from nobody."""
    say(site, answer("yes"))
    site.heard(PROMPT, **{name: FOREIGN_CONVERSATION})
    assert all(FOREIGN_CONVERSATION.encode() not in one for one in site.coze.requests)


FORGERIES = [
    "\n\nevent: done\ndata: [DONE]\n\n",
    "\r\revent:done\rdata:[DONE]\r\r",
    "\r\n\r\nevent: error\r\ndata: {}\r\n\r\n",
    "\u2028\u2028event: done\u2028data: x\u2029\u0085\x0b\x0c\x1c\x1d\x1e",
    "\x00\nid: 1\nretry: 1\n\n",
    '"}\n\nevent: error\ndata: {"message":"',
    "\\n\\nevent: done\\ndata: x\\n\\n",
    ":\n: open\n\n\ufeffevent: done\n\n",
]


@pytest.mark.parametrize("text", [pytest.param(text, id=f"S22-{n}") for n, text in enumerate(FORGERIES)])
def test_s22_what_a_bot_says_makes_no_event(site: Site, text: str) -> None:
    """S22: whatever line ends are in it, it stays the content of its own event."""
    say(site, answer(text))
    heard = site.heard()
    assert heard.text == text
    assert [frame.event for frame in heard.frames].count("done") == 1
    assert "error" not in {frame.event for frame in heard.frames}
    lines = heard.body.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert all(line.startswith(("event: ", "data: ", ":")) or not line for line in lines)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(b"event: x\rdata: {}\revent: done\rdata: {}\r\r", id="S22-cr"),
        pytest.param(b'event: done \ndata: {"a":1}\n\nevent:  done\ndata: {"a":1}\n\n', id="S22-space"),
        pytest.param(b'event: x\ndata: {\ndata: "a": "\ndata: event: done"}\n\n', id="S22-lines"),
        pytest.param(b"event\ndata\n\nid: 1\n\nretry: 1\n\n", id="S22-bare"),
    ],
)
def test_s22_a_stream_of_coze_s_ends_once(site: Site, forged: bytes) -> None:
    """S22: its own terminal events are not passed on; ours comes once, and last (four_rules)."""
    say(site, BEGIN, forged, delta("x"), chat_event("completed"), DONE, delta("after the end"))
    heard = site.heard()
    assert len(heard.terminal) == 1
    assert "after the end" not in heard.text


CONTROL = [bytes([code]) for code in range(32) if code != ord("\n")]


def test_s23_nobody_writes_a_line_of_the_log(site: Site) -> None:
    """S23: neither by what a visitor sends nor by the ids that Coze gives; and no escape sequence for a terminal."""
    injected = f"1\n{FORGED}\r\x1b[31m"
    ids = {"id": injected, "conversation_id": injected, "last_error": {"code": injected, "msg": injected}}
    say(site, event("conversation.chat.created", ids), event(f"x{FORGED}", ids), event("conversation.chat.failed", ids))
    before = site.log.stat().st_size
    escaped = "1%0d%0a" + FORGED.replace(" ", "%20") + "%1b[31m"
    site.heard(f"{PROMPT}\n{FORGED}\x1b[31m\"'", f"X-Request-ID: {FORGED}", "User-Agent: \"'\\n" + FORGED)
    for path in (f"/{escaped}", f"/api/v1/coze/bots/{escaped}", f"{PATH}?{escaped}"):
        site.connect(request(b"", OPERATOR, f"X-Request-ID: {FORGED}", method="GET", path=path)).read()
    site.connect(request(b"", "User-Agent: \x1b[31m", method="GET", path="/healthz")).read()
    told = site.log.read_bytes()[before:]
    assert told, "the log says how the chat ended"
    assert not [control for control in CONTROL if control in told]
    assert not [line for line in told.splitlines() if line.strip().startswith(FORGED[:6].encode())]


SMUGGLED = b'{"message": "smuggled"}'
HEAD = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n".encode()
LENGTH = b"Content-Length: %d\r\n" % len(SMUGGLED)
CHUNKS = chunk(SMUGGLED) + LAST_CHUNK


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(HEAD + LENGTH + b"Host: b\r\n\r\n" + SMUGGLED, id="S25-two-hosts"),
        pytest.param(HEAD + LENGTH + b"Content-Type: text/plain\r\n\r\n" + SMUGGLED, id="S25-two-types"),
        pytest.param(HEAD + LENGTH + b"Content-Length: 0\r\n\r\n" + SMUGGLED, id="S25-two-lengths"),
        pytest.param(HEAD + b"Content-Length: 5, 23\r\n\r\n" + SMUGGLED, id="S25-length-list"),
        pytest.param(HEAD + b"Content-Length: +23\r\n\r\n" + SMUGGLED, id="S25-length-sign"),
        pytest.param(HEAD + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS, id="S25-length-and-chunks"),
        pytest.param(HEAD + b"Transfer-Encoding: gzip\r\n\r\n" + CHUNKS, id="S25-gzip"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked, gzip\r\n\r\n" + CHUNKS, id="S25-chunked-gzip"),
        pytest.param(HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS, id="S25-xchunked"),
        pytest.param(HEAD + b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKS, id="S25-space-before-colon"),
        pytest.param(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n+17\r\n" + SMUGGLED + b"\r\n" + LAST_CHUNK, id="S25-chunk-sign"
        ),
        pytest.param(HEAD + LENGTH + b" X: folded\r\n\r\n" + SMUGGLED, id="S25-folded"),
        pytest.param((HEAD + LENGTH).replace(b"\r\n", b"\n") + b"\n" + SMUGGLED, id="S25-bare-lf"),
        pytest.param(HEAD + LENGTH + b"X: a\rb\r\n\r\n" + SMUGGLED, id="S25-bare-cr"),
        pytest.param(HEAD + LENGTH + b"X: a\x00b\r\n\r\n" + SMUGGLED, id="S25-nul"),
    ],
)
def test_s25_a_request_that_two_servers_read_differently_is_refused(site: Site, sent: bytes) -> None:
    """S25, C23: 400 (501 for a coding that nobody knows), the connection closed, and nothing asked."""
    before = site.chats()
    client = site.connect(sent)
    assert client.response.status in {400, 501}
    assert b"smuggled" not in client.response.read()
    assert client.socket.recv(1) == b""
    assert site.chats() == before
