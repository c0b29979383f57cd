"""What Coze and the way to it answer when they refuse, as our errors.

The SDK alone would not do: it drops the HTTP status, Retry-After and a log id in the body, takes a 500 labelled
event-stream for a success, and raises httpx's, pydantic's, and bare exceptions for the rest.
"""

from __future__ import annotations

import contextlib
import json
import logging
import time
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx

from coze_web.catalog import coze_code, coze_text
from coze_web.errors import CozeWebError, RefusedError, UnreachableError, UpstreamError
from coze_web.ids import safe_id
from coze_web.transport import parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGID = "x-tt-logid"
_TOKEN_OR_PERMISSION = "4101"  # noqa: S105 - a code
_TOKEN_REFUSED = {"4100", _TOKEN_OR_PERMISSION, "700012006"}
# Of the answer that this thread, or this task, has had last: the SDK's own exceptions do not have it.
_last_logid: ContextVar[str] = ContextVar("last_logid", default="")

log = logging.getLogger(__name__)


def look_at(response: httpx.Response) -> None:
    """Look at an answer before the SDK does; a response hook of the httpx client.

    The log id is put where the SDK looks for it, wherever Coze wrote it.

    Raises:
        RefusedError: the status, or the code in the JSON, says no; or it is neither JSON nor an event stream.

    """
    if _is_stream(response):
        _note_logid(response, {})
    else:
        response.read()
        _judge(response)


async def look_at_async(response: httpx.Response) -> None:
    """Do the same for the async client."""
    if _is_stream(response):
        _note_logid(response, {})
    else:
        await response.aread()
        _judge(response)


def _is_stream(response: httpx.Response) -> bool:
    return response.is_success and "event-stream" in response.headers.get("content-type", "")


def _judge(response: httpx.Response) -> None:
    body = _json_object(response)
    logid = _note_logid(response, body or {})
    if response.is_success and body is not None and not body.get("code"):
        return
    retry_after = parse_retry_after(response.headers.get("retry-after", ""))
    refused = RefusedError(
        coze_code(body or {}) or _word(response.status_code, retry_after),
        logid=logid,
        retry_after=retry_after,
        http_status=response.status_code,
        is_json=body is not None,
    )
    refused.text, refused.debug_url = coze_text(body or {})
    refused.clock_ahead = _clock_ahead(response)
    raise refused


def is_about_token(error: RefusedError) -> bool:
    """Say whether Coze refused because of the token; then it did nothing."""
    return error.code in _TOKEN_REFUSED or error.http_status == httpx.codes.UNAUTHORIZED


def may_be_about_permission(error: RefusedError) -> bool:
    """Say whether the token may be good, though it may not do this: Coze has one code for both."""
    return error.code == _TOKEN_OR_PERMISSION


def _clock_ahead(response: httpx.Response) -> float:
    try:
        return time.time() - parsedate_to_datetime(response.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return 0.0


def _word(status: int, retry_after: int | None) -> str:
    if status != httpx.codes.TOO_MANY_REQUESTS:
        return "upstream_error"
    return "upstream_busy" if retry_after is None else "upstream_rate_limited"


def _note_logid(response: httpx.Response, body: dict[str, Any]) -> str:
    logid = read_logid(response, body)
    response.headers[LOGID] = logid
    _last_logid.set(logid)
    return logid


def read_logid(response: httpx.Response, body: dict[str, Any]) -> str:
    """Return the log id: the cloud's X-Tt-Logid, the self-hosted Studio's X-Log-ID, or the body's; "" for none."""
    detail = body.get("detail")
    in_body = detail.get("logid") if isinstance(detail, dict) else None
    return safe_id(response.headers.get(LOGID) or response.headers.get("x-log-id") or in_body)


def _json_object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = json.loads(response.content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


@contextlib.contextmanager
def our_errors(otherwise: UpstreamError | None = None) -> Iterator[None]:
    """Translate what httpx and the SDK raise within; `otherwise` is for a connection that failed after it was made."""
    otherwise = otherwise or UpstreamError("upstream_unavailable")
    _last_logid.set(otherwise.logid)
    try:
        yield
    except CozeWebError:
        raise
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
        raise UnreachableError(through_proxy=isinstance(error, httpx.ProxyError)) from error
    except httpx.TimeoutException as error:
        raise type(otherwise)("upstream_timeout", logid=otherwise.logid) from error
    except httpx.HTTPError as error:
        raise otherwise from error
    except Exception as error:  # cozepy raises TypeError, AttributeError, pydantic's and bare Exceptions
        log.warning("coze answered in a way the SDK cannot read: %s", type(error).__name__)
        raise UpstreamError("upstream_error", logid=_last_logid.get()) from error
