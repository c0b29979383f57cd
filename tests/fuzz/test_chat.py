"""Whatever is sent to the chat's address gets a proper answer, and what is refused never reaches Coze."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import event, given
from hypothesis import strategies as st

from coze_web.services import services
from coze_web.sse import Frame, FrameParser
from tests.coze_wire import answer, json_of
from tests.servers import wait_until
from tests.visitor import URL, play

if TYPE_CHECKING:
    import responses
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

REFUSALS = {400, 413, 415, 422}
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(codec=None), max_size=9)),
    lambda some: st.one_of(st.lists(some, max_size=4), st.dictionaries(st.text(max_size=4), some, max_size=4)),
    max_leaves=8,
)
MESSAGES = st.one_of(
    st.text(min_size=1),
    st.sampled_from(["hi", "", " ", "\0", "\u200b", "\ud800", "\x1b[0m", "x" * 8001]),
    st.text(" \n\0\u3000"),
    JSON,
)
BODIES = st.one_of(
    st.fixed_dictionaries({"message": st.text(min_size=1)}, optional={"stream": st.booleans()}),
    st.fixed_dictionaries({"message": MESSAGES}, optional={"stream": st.booleans(), "conversation_id": JSON}),
    st.fixed_dictionaries({}, optional={"message": MESSAGES, "stream": JSON, "__proto__": JSON}),
    JSON,
)
ENCODINGS = st.sampled_from([*["utf-8"] * 9, "utf-8-sig", "utf-16", "utf-32-le", "cp1252"])


def _written(body: object, encoding: str, is_ascii: bool) -> bytes:  # noqa: FBT001 - hypothesis gives it by its place
    return json.dumps(body, ensure_ascii=is_ascii).encode(encoding, "replace")


TEXTS = st.builds(_written, BODIES, ENCODINGS, st.booleans())
MADE_UP = [b'{"message": "hi"}', b'{"message": "hi"', b'{"message": "hi"}x', b'{"message":"\xff"}', b'{"a":' * 40]
HUGE = [b"[" * 30_000, b"[" * 300_000, b"9" * 30_000, b'{"message":' + b" " * 300_000 + b'"hi"}']
WORDS = [b"{", b"}", b"[", b"]", b'"', b":", b",", b'"message"', b'"hi"', b"NaN", b"1e999", b"\\ud800", b"null", b" "]
BYTES = st.one_of(
    st.sampled_from(MADE_UP), st.sampled_from(HUGE), st.binary(), st.lists(st.sampled_from(WORDS)).map(b"".join)
)
TYPES = st.one_of(
    st.just("application/json"),
    st.sampled_from(["application/json; charset=utf-16", "application/problem+json", "application/x-json", ""]),
    st.sampled_from(["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"]),
    st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=20),
)


@given(TEXTS)
def test_any_json_is_answered(client: FlaskClient, coze: responses.RequestsMock, raw: bytes) -> None:
    check(client, coze, raw, "application/json")


@given(BYTES, TYPES)
def test_any_bytes_of_any_type_are_answered(
    client: FlaskClient, coze: responses.RequestsMock, raw: bytes, content_type: str
) -> None:
    check(client, coze, raw, content_type)


def check(client: FlaskClient, coze: responses.RequestsMock, raw: bytes, content_type: str) -> None:
    """Send it, and judge the answer by itself and by what Coze was asked."""
    coze.reset()
    play(coze, answer("hi"))
    response = client.post(URL, data=raw, content_type=content_type, buffered=True)
    event(f"status {response.status_code}")
    wait_until(lambda: not len(services(client.application).streams))
    if response.status_code != 200:
        check_refusal(response)
        assert not len(coze.calls)
        return
    [call] = coze.calls
    [asked] = json_of(call.request)["additional_messages"]
    assert asked["content"] == without_controls(json.loads(raw)["message"])
    check_answer(response)


def check_refusal(response: TestResponse) -> None:
    assert response.status_code in REFUSALS
    error = json.loads(response.data)
    assert error["type"] == "error"
    assert error["code"] != "internal_error"
    assert error["message"]
    assert error["request_id"] == response.headers["X-Request-ID"]


def check_answer(response: TestResponse) -> None:
    if response.mimetype == "text/event-stream":
        assert FrameParser().feed(response.data)[-1] == Frame("done", "[DONE]")
    else:
        assert json.loads(response.data)["content"] == "hi"


def without_controls(message: str) -> str:
    """Take out what the page can neither show nor type."""
    return "".join(it for it in message if it in "\t\n\r" or (it >= " " and it != "\x7f"))
