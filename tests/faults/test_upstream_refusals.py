"""Coze says no, or what is no answer at all."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.coze_wire import TOKEN, answer
from tests.faults.client import PROMPT
from tests.faults.site import whole
from tests.upstream import HEAD, Connection, upstream

if TYPE_CHECKING:
    from tests.faults.site import Site

WHOLE = whole(answer("hi"))
# Were any of it shown or logged, the third rule would see it.
SECRETS = f"{PROMPT} {TOKEN}"


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Leave time to try again."""
    return {"COZE_TIMEOUT": "10", "COZE_TOTAL_TIMEOUT": "20"}


def reply(status: str, body: bytes, *headers: str) -> bytes:
    """Write a response that is whole."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


def in_json(status: str, *headers: str, **fields: Any) -> bytes:
    """Write a response in JSON."""
    return reply(status, json.dumps(fields).encode(), "Content-Type: application/json", *headers)


HTML = f"<html><title>502 Bad Gateway</title><body>{SECRETS}</body></html>".encode()
JSON_YES = in_json("200 OK", code=0, msg="", data={"id": "1", "conversation_id": "2", "status": "in_progress"})


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        pytest.param(reply("502 Bad Gateway", HTML, "Content-Type: text/html"), "upstream_error", id="U26-html"),
        pytest.param(reply("200 OK", HTML, "Content-Type: text/html"), "upstream_error", id="U26-html-with-200"),
        pytest.param(in_json("401 Unauthorized", code=4100, msg=SECRETS), "4100", id="U29-401"),
        pytest.param(in_json("200 OK", code=4100, msg=SECRETS), "4100", id="U29-code-in-a-200"),
        pytest.param(in_json("401 Unauthorized", code=401, msg=SECRETS), "upstream_error", id="U29-401-without-a-code"),
        pytest.param(in_json("200 OK", code=4101, msg=SECRETS), "4101", id="U30-4101"),
        pytest.param(in_json("200 OK", code=4011, msg=SECRETS), "4011", id="U30-4011"),
        pytest.param(JSON_YES, "upstream_error", id="U31-yes-instead-of-a-stream"),
        pytest.param(in_json("200 OK", code=0, msg="", data=None), "upstream_error", id="U31-yes-without-data"),
        pytest.param(reply("200 OK", answer("hi")), "upstream_error", id="U32-no-content-type"),
        pytest.param(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", "upstream_error", id="U32-204"),
        pytest.param(WHOLE.replace(b"200 OK", b"500 Oops", 1), "upstream_error", id="U33-500-labelled-event-stream"),
        pytest.param(b"", "upstream_unavailable", id="U41-instant-close"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "upstream_unavailable", id="U41-garbage"),
        pytest.param(HEAD[:40], "upstream_error", id="U41-half-of-the-headers"),
    ],
)
def test_what_is_no_answer_is_one_error_after_one_try(site: Site, sent: bytes, code: str) -> None:
    """U26, U29, U30, U31, U32, U33, U41: none of it is shown, it is not tried again, the log says it once."""
    site.play(lambda connection: connection.send(sent))
    tries, logged = site.chats(), len(site.log.read_bytes())
    heard = site.heard()
    assert (heard.error["code"], heard.error["retryable"]) == (code, code.startswith("upstream_"))
    assert heard.text == ""
    assert site.chats() == tries + 1
    lines = site.log.read_bytes()[logged:].decode().splitlines()
    alerts = [line for line in lines if '"level": "warning"' in line and heard.error["request_id"] in line]
    assert len(alerts) == 1
    assert f"code={code}" in alerts[0]


@pytest.mark.parametrize(
    ("status", "header"),
    [
        pytest.param("307 Temporary Redirect", "Location: {other}/v3/chat", id="U34-307-to-another-host"),
        pytest.param("308 Permanent Redirect", "Location: {other}/v3/chat", id="U34-308-to-another-host"),
        pytest.param("302 Found", "Location: /v3/chat", id="U35-302-to-itself"),
        pytest.param("302 Found", "Location: {other}/v3/chat", id="U35-302-to-another-host"),
    ],
)
def test_a_redirect_is_refused(site: Site, status: str, header: str) -> None:
    """U34, U35: neither token nor question goes anywhere else, and not twice to the same place."""
    with upstream(lambda connection: connection.send(WHOLE)) as other:
        site.play(lambda connection: connection.send(reply(status, b"", header.format(other=other.url))))
        tries = site.chats()
        assert site.heard().error["code"] == "upstream_error"
        assert site.chats() == tries + 1
        assert other.requests == []


class Busy:
    """A Coze that refuses so often, and then answers."""

    def __init__(self, refusals: int, sent: bytes) -> None:
        self._left = refusals
        self._sent = sent

    def __call__(self, connection: Connection) -> None:
        self._left -= 1
        connection.send(WHOLE if self._left < 0 else self._sent)


def too_many(*headers: str) -> bytes:
    """Write a 429 without a body."""
    return reply("429 Too Many Requests", b"", *headers)


@pytest.mark.parametrize(
    ("sent", "refusals"),
    [
        pytest.param(too_many("Retry-After: 1"), 1, id="U27-retry-after-1"),
        pytest.param(too_many(), 2, id="U28-twice"),
    ],
)
def test_a_coze_that_is_busy_for_a_moment_is_asked_again(site: Site, sent: bytes, refusals: int) -> None:
    """U27, U28: the visitor sees heartbeats and the answer, and no time-out comes in between."""
    site.play(Busy(refusals, sent))
    tries, started = site.chats(), time.monotonic()
    heard = site.heard()
    assert heard.text == "hi"
    assert heard.terminal[0].event == "done"
    assert site.chats() == tries + refusals + 1
    assert time.monotonic() - started < 3 + 3  # three seconds for a slow machine


@pytest.mark.parametrize(
    ("sent", "code", "tries"),
    [
        pytest.param(too_many("Retry-After: 120"), "upstream_rate_limited", 1, id="U27-too-long-to-wait"),
        pytest.param(too_many("Retry-After: 0"), "upstream_rate_limited", 3, id="U27-again-and-again"),
        pytest.param(too_many(), "upstream_busy", 3, id="U28-again-and-again"),
    ],
)
def test_a_coze_that_stays_busy_is_asked_three_times_at_most(site: Site, sent: bytes, code: str, tries: int) -> None:
    """U27, U28: the error names the wait, where Coze did."""
    site.play(lambda connection: connection.send(sent))
    before, started = site.chats(), time.monotonic()
    error = site.heard().error
    assert (error["code"], error["retryable"]) == (code, True)
    assert site.chats() == before + tries
    assert ("120" in error["message"]) == (b"120" in sent)
    assert time.monotonic() - started < 3 + 3
