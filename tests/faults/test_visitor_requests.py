"""Requests that are wrong, or odd: each gets its answer, and Coze hears of the good ones only."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import answer
from tests.faults.client import PROMPT, question, request
from tests.faults.site import whole
from tests.faults.worker import resident

if TYPE_CHECKING:
    from tests.faults.site import Site
    from tests.upstream import Connection

JSON = "Content-Type: application/json"
GOOD = json.dumps({"message": PROMPT}).encode()
DEEP = b'{"message": "a", "x": ' + b"[" * 2000 + b"]" * 2000 + b"}"
TEXTS = {
    "emoji": "👩‍👩‍👧 🇨🇳 👍🏽",
    "CJK": "你好，世界。𠮷野家",
    "RTL": "مرحبا \u202eabc\u202c שלום",
    "combining": "e\u0301 n\u0303 \u0e01\u0e33",
    "separators": "a\u2028b\u2029c\u0085d",
}


def greet(connection: Connection) -> None:
    """Answer well."""
    connection.send(whole(answer("你", "好")))


def asked(site: Site) -> str:
    """Return the last question, as Coze got it."""
    chats = [request for request in site.coze.requests if request.startswith(b"POST /v3/chat?")]
    body = json.loads(chats[-1].partition(b"\r\n\r\n")[2])
    return str(body["additional_messages"][-1]["content"])


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        pytest.param(request(GOOD, "Content-Type: text/plain"), 415, "unsupported_media_type", id="C10-text"),
        pytest.param(
            request(b"message=hi", "Content-Type: application/x-www-form-urlencoded"),
            415,
            "unsupported_media_type",
            id="C10-form",
        ),
        pytest.param(request(GOOD, "Content-Type:"), 415, "unsupported_media_type", id="C10-none"),
        pytest.param(request(b""), 400, "bad_json", id="C11-empty"),
        pytest.param(request(b'{"message": '), 400, "bad_json", id="C11-cut"),
        pytest.param(request(b"\xef\xbb\xbf" + GOOD), 400, "bad_json", id="C11-BOM"),
        pytest.param(request(GOOD.decode().encode("utf-16")), 400, "bad_json", id="C11-UTF-16"),
        pytest.param(request(b'{"message": NaN}'), 400, "bad_json", id="C11-NaN"),
        pytest.param(request(b"[]"), 400, "not_an_object", id="C12-array"),
        pytest.param(request(b"null"), 400, "not_an_object", id="C12-null"),
        pytest.param(request(b"5"), 400, "not_an_object", id="C12-number"),
        pytest.param(request(DEEP), 400, "json_too_deep", id="C13"),
        pytest.param(request(b'{"message": "a", "x": ' + b"1" * 5000 + b"}"), 400, "bad_json", id="C14"),
        pytest.param(question(5), 400, "message_not_string", id="C15-number"),
        pytest.param(question(None), 400, "message_not_string", id="C15-null"),
        pytest.param(question([PROMPT]), 400, "message_not_string", id="C15-array"),
        pytest.param(question({"text": PROMPT}), 400, "message_not_string", id="C15-object"),
        pytest.param(question(""), 400, "message_empty", id="C16-empty"),
        pytest.param(question(" \n\t\u3000"), 400, "message_blank", id="C16-space"),
        pytest.param(question("\u200b\u200d\ufeff"), 400, "message_blank", id="C16-zero-width"),
        pytest.param(question("\x00\x1b"), 400, "message_blank", id="C17-only-control"),
        pytest.param(request(b'{"message": "a\\ud800"}'), 400, "message_surrogate", id="C18"),
        pytest.param(question(PROMPT * 600), 400, "message_too_long", id="C19-10000-characters"),
        pytest.param(question("x" * 100_000), 413, "body_too_large", id="C19-100000-characters"),
    ],
)
def test_a_wrong_body_is_refused_before_coze_is_asked(site: Site, sent: bytes, status: int, code: str) -> None:
    """C10-C19: it gets the one error object, which names what is wrong."""
    before = site.chats()
    heard = site.connect(sent).read()
    assert (heard.status, heard.error["code"]) == (status, code)
    assert heard.headers.get_content_type() == "application/json"
    assert site.chats() == before


def test_c17_control_characters_reach_neither_coze_nor_the_log(site: Site) -> None:
    """C17: they are dropped; tabs and line ends are not."""
    site.play(greet)
    assert site.heard("a\x00\x1b[31m\x07b\x7f\tc\nd").terminal[0].event == "done"
    assert asked(site) == "a[31mb\tc\nd"
    assert not {0x00, 0x07, 0x1B, 0x7F} & set(site.log.read_bytes())


@pytest.mark.parametrize("text", [pytest.param(text, id=f"C20-{name}") for name, text in TEXTS.items()])
def test_c20_text_comes_through_both_ways_as_it_is(site: Site, text: str) -> None:
    """C20: Coze gets the very characters, and so does the visitor."""
    site.play(lambda connection: connection.send(whole(answer(text[:2], text[2:]))))
    assert site.heard(text).text == text
    assert asked(site) == text


def test_c21_of_two_equal_keys_the_last_counts(site: Site) -> None:
    """C21: for the check and for Coze."""
    site.play(greet)
    heard = site.connect(request(b'{"message": "", "message": "a", "message": "last"}')).read()
    assert heard.terminal[0].event == "done"
    assert asked(site) == "last"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a\rX-Forged: 1", id="C22-CR"),
        pytest.param("a\nX-Forged: 1", id="C22-LF"),
        pytest.param("a%0d%0aX-Forged: 1", id="C22-escaped"),
        pytest.param("a\\r\\nX-Forged: 1", id="C22-spelt"),
        pytest.param("你好", id="C22-not-latin"),
    ],
)
def test_c22_nothing_that_is_sent_splits_a_header(site: Site, name: str) -> None:
    """C22: the one header that is given back is refused, or replaced by a name of our own."""
    site.play(greet)
    heard = site.heard(PROMPT, f"X-Request-ID: {name}")
    assert heard.status in {200, 400}
    assert "X-Forged" not in heard.headers
    assert name not in str(heard.headers)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(request(GOOD, "Host: other.example"), id="C23-two-hosts"),
        pytest.param(request(GOOD, JSON, "Content-Type: text/plain"), id="C23-two-types"),
        pytest.param(request(GOOD, "Content-Length: 3"), id="C23-two-lengths"),
        pytest.param(request(GOOD, "Transfer-Encoding: chunked"), id="C23-TE-and-CL"),
        pytest.param(
            b"POST /api/v1/coze/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: gzip\r\n\r\n" + GOOD,
            id="C23-TE-gzip",
        ),
    ],
)
def test_c23_what_two_servers_would_read_differently_is_refused(site: Site, sent: bytes) -> None:
    """C23: and the connection closed, so that nothing after it is taken for a request."""
    before = site.chats()
    client = site.connect(sent)
    assert client.response.status == 400
    assert client.read().headers["Connection"] == "close"
    assert site.chats() == before


def test_c7_ten_megabytes_are_refused_and_not_kept(site: Site) -> None:
    """C7: at once, whether they were sent or only announced."""
    body = b"x" * 10_000_000
    pid = site.held()["pid"]
    before = resident(pid)
    started = time.monotonic()
    heard = site.connect(request(body)).read()
    assert (heard.status, heard.error["code"]) == (413, "body_too_large")
    assert time.monotonic() - started < 5
    for _ in range(4):
        site.connect(request(body)).read()
    assert resident(pid) - before < len(body)  # of five; the allocator keeps some of what it has once given


def test_c7_what_is_left_of_a_refused_body_holds_nobody_up(site: Site) -> None:
    """C7: it is read in pieces, with turns for others in between, which the four rules look at."""
    assert site.connect(request(b"x" * 20_000_000)).read().status == 413
