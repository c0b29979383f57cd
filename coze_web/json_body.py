"""The body of a request as a JSON object. Pure."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from coze_web.errors import RequestError

MAX_DEPTH = 32


def json_object(raw: bytes) -> dict[str, Any]:
    """Read a JSON object, UTF-8.

    Raises:
        RequestError: it is not JSON, no object, or nested too deeply.

    """
    try:
        body = json.loads(raw.decode(), parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise RequestError("json_too_deep") from None
    except ValueError:
        raise RequestError("bad_json") from None
    if _is_deeper(body, MAX_DEPTH):
        raise RequestError("json_too_deep")
    if not isinstance(body, dict):
        raise RequestError("not_an_object")
    return body


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _is_deeper(value: object, limit: int) -> bool:
    """Say so without recursion, since how deep Python itself would go differs from version to version."""
    level = [value]
    for _ in range(limit):
        level = [child for node in level for child in _children(node)]
    return bool(level)


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
