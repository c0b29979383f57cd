"""The body of a chat request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coze_web.errors import RequestError
from coze_web.json_body import json_object
from coze_web.question import parse_chat_request


def parse(body: Any, limit: int = 100) -> tuple[str, bool, str]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return parse_chat_request(json_object(raw), limit)


@pytest.mark.parametrize(
    "text", ["hi", " hi ", "你好", "مرحبا", "👩‍👩‍👧 e\u0301", "a\n\tb\r\n", '{"a": "\\"}', "\u2028x"]
)
def test_text_is_taken_as_it_is(text: str) -> None:
    assert parse({"message": text}) == (text, True, "")


def test_whether_to_stream() -> None:
    assert parse({"message": "a", "stream": False}) == ("a", False, "")


def test_the_page_may_name_it() -> None:
    assert parse({"message": "a", "client_message_id": "0a-B._"}) == ("a", True, "0a-B._")


def test_the_last_of_two_keys_wins_and_others_are_ignored() -> None:
    assert parse(b'{"message": "a", "bot_id": "1", "message": "b"}') == ("b", True, "")


def test_control_characters_are_dropped() -> None:
    assert parse({"message": "a\x00\x1b[31mb\x7f"}) == ("a[31mb", True, "")


def nested(depth: int) -> bytes:
    return b'{"message": "a", "x": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"\xff", "bad_json"),
        (b"\xef\xbb\xbf{}", "bad_json"),
        ('{"message": "a"}'.encode("utf-16"), "bad_json"),
        (b'{"message": NaN}', "bad_json"),
        (b'{"message": "a", "x": ' + b"1" * 5000 + b"}", "bad_json"),
        ([], "not_an_object"),
        (None, "not_an_object"),
        (5, "not_an_object"),
        ("hi", "not_an_object"),
        ({}, "message_missing"),
        ({"message": None}, "message_not_string"),
        ({"message": 5}, "message_not_string"),
        ({"message": ["hi"]}, "message_not_string"),
        ({"message": ""}, "message_empty"),
        ({"message": " \n\t\u3000\u200b\ufeff"}, "message_blank"),
        ({"message": "\x00"}, "message_blank"),
        ({"message": "a" * 101}, "message_too_long"),
        (b'{"message": "a\\ud800"}', "message_surrogate"),
        ({"message": "a", "stream": "no"}, "stream_not_boolean"),
        ({"message": "a", "client_message_id": 1}, "bad_client_message_id"),
        ({"message": "a", "client_message_id": "a b"}, "bad_client_message_id"),
        ({"message": "a", "client_message_id": "a" * 129}, "bad_client_message_id"),
        (nested(40), "json_too_deep"),
        (nested(20_000), "json_too_deep"),
        (b"[" * 30_000, "bad_json|json_too_deep"),
    ],
)
def test_bad_input_is_named(body: Any, code: str) -> None:
    with pytest.raises(RequestError, match=code):
        parse(body)


def test_the_limit_counts_characters() -> None:
    assert parse({"message": "🙂" * 100}) == ("🙂" * 100, True, "")


def test_a_little_nesting_is_fine() -> None:
    assert parse(nested(20)) == ("a", True, "")
