"""What all routes of the operator API have: who may use them, and how requests are read and answers written."""

from __future__ import annotations

import hashlib
import hmac
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, Response, request
from pydantic import ValidationError
from pydantic_core import to_jsonable_python

from coze_web.errors import RefusedError, RequestError
from coze_web.explain import explain
from coze_web.inputs import Input
from coze_web.services import services
from coze_web.web import answer_error, json_body, jsonify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from coze_web.runlog import RunPage

# To a visitor these are faults of the site; the operator has named what Coze does not find, or does not take.
STATUS_OF = {
    **dict.fromkeys(("4001", "4002", "4006", "4200", "4314", "720702004"), HTTPStatus.NOT_FOUND),
    **dict.fromkeys(("100000003", "103000002", "103100002", "110000001"), HTTPStatus.NOT_FOUND),
    **dict.fromkeys(("4000", "4003", "4004", "4005", "720702001", "720702002"), HTTPStatus.BAD_REQUEST),
    **dict.fromkeys(("4016", "4104", "4315"), HTTPStatus.CONFLICT),
}
MAX_BODY = 2 * 1024 * 1024  # bytes; parameters of workflows may be large

I = TypeVar("I", bound=Input)  # noqa: E741


def operator_blueprint(noun: str) -> Blueprint:
    """Return a blueprint under `/api/v1/coze/<noun>` that only the operator may use."""
    bp = Blueprint(noun, __name__, url_prefix=f"/api/v1/coze/{noun}")
    bp.before_request(require_operator)
    bp.before_request(_check_ids)
    bp.register_error_handler(RefusedError, lambda error: answer_error(error, STATUS_OF.get(error.code)))
    return bp


def require_operator() -> None:
    """Let nobody pass but who sends the operator's token as `Authorization: Bearer`.

    Raises:
        RequestError: the API is off, or the token is missing or wrong.

    """
    token = services().settings.operator_token
    if token is None:
        raise RequestError("operator_off")
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise RequestError("operator_token_missing")
    if not hmac.compare_digest(_digest(given.strip()), _digest(token.get_secret_value())):
        raise RequestError("operator_token_wrong")
    request.max_content_length = MAX_BODY


def _digest(token: str) -> bytes:
    # Of one length, so that comparing tells nothing of the token's.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _check_ids() -> None:
    for name, value in (request.view_args or {}).items():
        if not value.isascii() or not value.isdecimal():
            raise RequestError("bad_id", name=name)


def read_query(kind: type[I]) -> I:
    """Read the query string.

    Raises:
        RequestError: it names every parameter that cannot be used.

    """
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise RequestError("invalid_parameter", en=f"`{twice[0][:100]}` is there twice", zh=f"`{twice[0][:100]}` 重复")
    return _read(kind, request.args.to_dict())


def read_body(kind: type[I]) -> I:
    """Read the JSON body; see `read_query`."""
    body = json_body()
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RequestError("message_surrogate") from None
    return _read(kind, body)


def _read(kind: type[I], values: Mapping[str, object]) -> I:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    rules = [(_name(item), explain(item)) for item in found]
    raise RequestError(
        "invalid_parameter",
        en="; ".join(f"{name}{rule.en}" for name, rule in rules),
        zh="；".join(f"{name}{rule.zh}" for name, rule in rules),
    )


def _name(item: ErrorDetails) -> str:
    where = ".".join(str(part) for part in item["loc"])
    return f"`{where[:100]}` " if where else ""


def show(thing: BaseModel | RunPage, status: int = 200) -> Response:
    """Answer with one of our resources, or a page of the run log; times become ISO 8601."""
    response = jsonify(to_jsonable_python(thing))
    response.status_code = status
    return response
