"""What pydantic found wrong with a value, as a rule in English and Chinese. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class Rule(NamedTuple):
    """What a value must be."""

    en: str
    zh: str


A_MOMENT = Rule(
    "must be a date and time with its zone, e.g. 2026-11-20T00:00:00+08:00",
    "必须是带时区的日期时间，如 2026-11-20T00:00:00+08:00",
)
_WHOLE = Rule("must be a whole number", "必须是整数")
_RULES = {
    "missing": Rule("is missing", "缺失"),
    "extra_forbidden": Rule("is not known here", "不是这里的参数"),
    "float_parsing": Rule("must be a number of seconds", "必须是秒数"),
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_type": _WHOLE,
    "finite_number": Rule("must be a finite number", "必须是有限的数"),
    "greater_than": Rule("must be greater than {gt:g}", "必须大于 {gt:g}"),
    "greater_than_equal": Rule("must be {ge} or more", "必须不小于 {ge}"),
    "less_than_equal": Rule("must be {le} or less", "必须不大于 {le}"),
    "literal_error": Rule("must be {expected}", "只能是以下之一：{expected}"),
    "bool_parsing": Rule("must be 1 or 0", "只能是 1 或 0"),
    "bool_type": Rule("must be true or false", "必须是 true 或 false"),
    "string_type": Rule(
        "must be a string, never a number (a number loses digits)", "必须是字符串，不能是数字（会丢失精度）"
    ),
    "string_pattern_mismatch": Rule("must be an id as Coze gives it", "必须是 Coze 给出的 ID"),
    "string_too_short": Rule("must not be empty", "不能为空"),
    "string_too_long": Rule("must have {max_length} characters or fewer", "不能超过 {max_length} 个字符"),
    "too_long": Rule("must have {max_length} entries or fewer", "不能超过 {max_length} 项"),
    "dict_type": Rule("must be a JSON object", "必须是 JSON 对象"),
    "list_type": Rule("must be a JSON array", "必须是 JSON 数组"),
    "model_type": Rule("must be a JSON object", "必须是 JSON 对象"),
    **dict.fromkeys(
        ("date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        Rule("must be a day, e.g. 2026-11-20", "必须是日期，如 2026-11-20"),
    ),
    **dict.fromkeys(
        ("timezone_aware", "datetime_parsing", "datetime_from_date_parsing", "datetime_type"),
        A_MOMENT,
    ),
}


def explain(item: ErrorDetails) -> Rule:
    """Return the rule that one finding of `ValidationError.errors()` broke; it never shows the value."""
    context = item.get("ctx", {})
    if item["type"] == "value_error":
        en, _, zh = item["msg"].removeprefix("Value error, ").partition(" / ")
        return Rule(en, zh or en)
    known = _RULES.get(item["type"], Rule("cannot be used", "无法使用"))
    return Rule(known.en.format(**context), known.zh.format(**context))
