"""What every response of the app has: a request id, the headers, and errors as the one error object."""

from __future__ import annotations

import socket
import uuid
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from flask import Flask, Response, current_app, request, url_for
from flask.json.provider import DefaultJSONProvider
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException, default_exceptions

from coze_web import current
from coze_web.assets import DIGEST
from coze_web.errors import CozeWebError, RequestError
from coze_web.headers import install_headers
from coze_web.ids import safe_id
from coze_web.json_body import json_object
from coze_web.request_log import install_request_log, note_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint

    from coze_web.catalog import Language
    from coze_web.settings import Settings

    Answer = Callable[[CozeWebError, int | None], Response]

MAX_BODY = 64 * 1024  # bytes
# gunicorn has no limit of its own on how long a visitor may take to send a body or to take an answer. This one is
# below graceful_timeout, so that nobody can hold up a restart.
VISITOR_TIMEOUT = 20
SAFE = "/!$&'()*+,:;=@"  # in a path, as `url_for` leaves it
CODES = {404: "not_found", 405: "method_not_allowed"}


class Json(DefaultJSONProvider):
    """JSON that people can read, whatever text is in it: half a character becomes "?"."""

    ensure_ascii = False

    def dumps(self, obj: Any, **options: Any) -> str:
        return super().dumps(obj, **options).encode("utf-8", "replace").decode()


def install_web(at: Flask | Blueprint, settings: Settings, prefix: str = "") -> None:
    """Register the hooks and the error handlers at an app that is all ours, or at our blueprint in another's.

    A blueprint within may go its own way: `handle_errors` gives its errors another shape, a `before_request` may set
    another `request.max_content_length`, and what is in its responses' `content_security_policy` stays, which is
    all of it if there is a `default-src`.
    """
    at.before_request(_begin)
    install_request_log(at, settings)
    at.after_request(_add_request_id)
    at.context_processor(lambda: {"asset": asset})
    install_headers(at, settings, prefix)
    handle_errors(at, answer_error)


def handle_errors(at: Flask | Blueprint, answer: Answer) -> None:
    """Answer every error with what `answer` makes of it and of the HTTP status, if that is not the code's own."""
    at.register_error_handler(CozeWebError, lambda error: answer(error, None))
    # Each by its status too: else what the app around us has for a status would win.
    kinds: tuple[type[HTTPException], ...] = (HTTPException, *default_exceptions.values())
    for kind in kinds:
        at.register_error_handler(kind, partial(_answer_http_error, answer))
    # gunicorn reads the body while the app does: chunks that are none are the visitor's fault, not ours.
    at.register_error_handler(ParseException, lambda _: answer(RequestError("bad_request"), None))


def jsonify(*args: Any, **kwargs: Any) -> Response:
    """Return a JSON response as `flask.jsonify` does, whatever the app around us has made of that."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - as Flask documents
    return cast("Response", Json(app).response(*args, **kwargs))


def asset(name: str) -> str:
    """Return the address under which browsers may keep a file for ever."""
    return url_for("coze_web.assets.file", digest=DIGEST, name=name)


def mount() -> str:
    """Return the path that all our routes are under, "" at the root of a site."""
    return current_app.blueprints["coze_web"].url_prefix or ""


def home() -> str:
    """Return the address of that path, with a slash at its end; the page may not be served there."""
    return f"{request.script_root}{quote(mount(), safe=SAFE)}/"


def language() -> Language:
    """Return the visitor's language by Accept-Language; English where neither is asked for."""
    return cast("Language", request.accept_languages.best_match(["en", "zh"], default="en"))


def json_body() -> dict[str, Any]:
    """Return the JSON object that was sent.

    Raises:
        RequestError: another content type, too large, not JSON, no object, or nested too deeply.

    """
    if not request.is_json:
        raise RequestError("unsupported_media_type")
    body = request.get_data()
    # Werkzeug cuts a body of unknown length at the limit, where it refuses one that names a greater length.
    if request.content_length is None and len(body) >= (request.max_content_length or 0):
        raise _too_large()
    return json_object(body)


def _begin() -> None:
    request.max_content_length = MAX_BODY
    # A router in front (Heroku's, nginx) may have named the request already; then the logs agree.
    current.begin(safe_id(request.headers.get("X-Request-ID")) or uuid.uuid4().hex)
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        _limit_patience(connection)


def _limit_patience(connection: socket.socket) -> None:
    connection.settimeout(VISITOR_TIMEOUT)
    # Whose cable was pulled takes nothing, but the system would take heartbeats for them for a quarter of an hour.
    with suppress(AttributeError, OSError):  # of Linux, and of TCP, only
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, VISITOR_TIMEOUT * 1000)


def _add_request_id(response: Response) -> Response:
    if current.is_ours():
        response.headers["X-Request-ID"] = current.request_id()
    return response


def answer_error(error: CozeWebError, status: int | None = None) -> Response:
    """Answer with the one error object, with the status of its code unless told otherwise."""
    note_error(error)
    response = jsonify(error.body(language(), current.request_id()))
    response.status_code = status or error.status
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer_http_error(answer: Answer, error: HTTPException) -> Response | HTTPException:
    if not current.is_ours():
        return error
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    fallback = "internal_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad_request"
    too_large = status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    response = answer(_too_large() if too_large else RequestError(CODES.get(status, fallback)), status)
    allow = error.get_response().headers.get("Allow")
    if allow:
        response.headers["Allow"] = allow
    return response


def _too_large() -> RequestError:
    return RequestError("body_too_large", limit=(request.max_content_length or 0) // 1024)
