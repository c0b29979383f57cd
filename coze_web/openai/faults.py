"""Our errors as OpenAI's: the statuses by which the official clients choose an exception, and what may be repeated."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from coze_web.errors import BusyError, RequestError, UnreachableError
from coze_web.openai.replies import Fault, FaultDetails

if TYPE_CHECKING:
    from coze_web.catalog import Language
    from coze_web.errors import CozeWebError

# To a visitor these are faults of the site; who sends a key has named the bot and written the messages.
STATUS_OF = {
    **dict.fromkeys(("4006", "4015", "4200"), HTTPStatus.NOT_FOUND),
    **dict.fromkeys(("4000", "4003", "4004", "4005", "4010", "4105"), HTTPStatus.BAD_REQUEST),
    **dict.fromkeys(
        ("4008", "4011", "4013", "4020", "710005002", "upstream_busy", "upstream_rate_limited"),
        HTTPStatus.TOO_MANY_REQUESTS,
    ),
}


def status_of(error: CozeWebError) -> int:
    """Return the HTTP status that makes the official clients raise what fits."""
    return STATUS_OF.get(error.code, error.status)


def may_be_repeated(error: CozeWebError) -> bool:
    """Say whether nothing was done at Coze and the same may pass soon; clients repeat unasked, and a chat costs."""
    if isinstance(error, BusyError):
        # Without a moment to come back it ended an answer that Coze had been asked for (`coze_web.relay`).
        return error.retry_after is not None and error.code != "daily_limit"
    return isinstance(error, UnreachableError)


def fault_of(error: CozeWebError, language: Language, request_id: str) -> Fault:
    """Return an error in OpenAI's shape."""
    body = error.body(language, request_id)
    details = FaultDetails(
        message=body["message"],
        type=_type_of(status_of(error)),
        param=(isinstance(error, RequestError) and error.param) or None,
        code=body["code"],
        logid=body["logid"],
        request_id=body["request_id"],
    )
    return Fault(error=details)


def _type_of(status: int) -> Literal["invalid_request_error", "rate_limit_error", "server_error"]:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "rate_limit_error"
    return "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
