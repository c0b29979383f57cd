"""The one error object and its texts."""

from __future__ import annotations

import re

import pytest

from coze_web.catalog import CATALOG, Language, advice, coze_code
from coze_web.errors import CozeWebError

LANGUAGES: tuple[Language, ...] = ("zh", "en")
FACTS = {
    "model": "a bot",
    "missing": "COZE_PAT",
    "length": 9,
    "limit": 8,
    "name": "bot_id",
    "en": "`x` is missing",
    "zh": "`x` 缺失",
}


@pytest.mark.parametrize("code", CATALOG)
def test_every_code_speaks_both_languages_and_fills_its_placeholders(code: str) -> None:
    error = CozeWebError(code, retry_after=3, logid="log", **FACTS)
    for language in LANGUAGES:
        body = error.body(language, "request")
        assert body["message"]
        assert not re.search(r"[{}]|None", body["message"])
        assert (body["code"], body["logid"], body["request_id"]) == (code, "log", "request")
    assert re.search(r"[\u4e00-\u9fff]", advice(code).zh)
    assert not re.search(r"[\u4e00-\u9fff]", advice(code).en)
    assert 400 <= error.status <= 504


def test_an_unknown_code_of_coze_gets_the_general_advice() -> None:
    assert advice("123456") == advice("upstream_error")


@pytest.mark.parametrize(
    ("body", "code"),
    [({"code": 4016}, "4016"), ({"code": "720701013"}, "720701013"), ({"code": 0}, ""), ({"code": 404}, ""), ({}, ""),
     ({"code": None}, ""), ({"code": "x"}, ""), ({"code": -4000}, ""), ({"code": "9" * 5000}, "")],
)  # fmt: skip
def test_cozes_own_code_is_told_from_a_status(body: dict[str, object], code: str) -> None:
    assert coze_code(body) == code


def test_a_ring_of_causes_is_told_once() -> None:
    error, cause = CozeWebError("internal_error"), ValueError()
    error.__cause__ = cause
    cause.__context__ = KeyError()
    cause.__context__.__context__ = cause
    assert error.describe().endswith("cause=ValueError < KeyError")
