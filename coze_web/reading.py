"""Queries and bodies as the inputs that a route takes, or all that is wrong with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from flask import request
from pydantic import ValidationError

from coze_web.errors import RequestError
from coze_web.explain import explain
from coze_web.inputs import Input
from coze_web.web import json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

I = TypeVar("I", bound=Input)  # noqa: E741


def read_query(kind: type[I]) -> I:
    """Read the query string.

    Raises:
        RequestError: it names every parameter that cannot be used.

    """
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise RequestError("invalid_parameter", en=f"`{twice[0][:100]}` is there twice", zh=f"`{twice[0][:100]}` 重复")
    return read_values(kind, request.args.to_dict())


def read_body(kind: type[I]) -> I:
    """Read the JSON body; see `read_query`."""
    return read_values(kind, json_body())


def read_values(kind: type[I], values: Mapping[str, object]) -> I:
    """Read values from wherever they came; see `read_query`."""
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RequestError("message_surrogate") from None
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    rules = [(_name(item), explain(item)) for item in found]
    raise RequestError(
        "invalid_parameter",
        param=rules[0][0],
        en="; ".join(_quote(name) + rule.en for name, rule in rules),
        zh="；".join(_quote(name) + rule.zh for name, rule in rules),
    )


def _name(item: ErrorDetails) -> str:
    return ".".join(str(part) for part in item["loc"])[:100]


def _quote(name: str) -> str:
    return f"`{name}` " if name else ""
