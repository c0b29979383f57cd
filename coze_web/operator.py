"""What all routes of the operator API have: who may use them, and how answers are written."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from pydantic_core import to_jsonable_python

from coze_web.bearer import require_bearer
from coze_web.errors import RefusedError, RequestError
from coze_web.inputs import ID
from coze_web.services import services
from coze_web.web import answer_error, jsonify

if TYPE_CHECKING:
    from pydantic import BaseModel

    from coze_web.runlog import RunPage

# To a visitor these are faults of the site; the operator has named what Coze does not find, or does not take.
STATUS_OF = {
    **dict.fromkeys(("4001", "4002", "4006", "4200", "4314", "720702004"), HTTPStatus.NOT_FOUND),
    **dict.fromkeys(("100000003", "103000002", "103100002", "110000001"), HTTPStatus.NOT_FOUND),
    **dict.fromkeys(("4000", "4003", "4004", "4005", "720702001", "720702002"), HTTPStatus.BAD_REQUEST),
    **dict.fromkeys(("4016", "4104", "4315"), HTTPStatus.CONFLICT),
}
_ID = re.compile(ID)


def operator_blueprint(noun: str) -> Blueprint:
    """Return a blueprint under `/api/v1/coze/<noun>` that only the operator may use."""
    bp = Blueprint(noun, __name__, url_prefix=f"/api/v1/coze/{noun}")
    bp.before_request(require_operator)
    bp.before_request(check_ids)
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
    require_bearer([token], missing="operator_token_missing", wrong="operator_token_wrong")


def check_ids() -> None:
    """Let nothing pass for an id in an address but decimal digits.

    Raises:
        RequestError: `bad_id`.

    """
    for name, value in (request.view_args or {}).items():
        if not _ID.fullmatch(value):
            raise RequestError("bad_id", name=name)


def show(thing: BaseModel | RunPage, status: int = 200) -> Response:
    """Answer with one of our resources, or a page of the run log; times become ISO 8601."""
    response = jsonify(to_jsonable_python(thing))
    response.status_code = status
    return response
