"""Answers and refusals over HTTP: every response carries a log id, every refusal is journalled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, g, request

from coze_web.emulator import wire
from coze_web.emulator.refusals import PlainRefusal, Refusal
from coze_web.emulator.services import services

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.exceptions import HTTPException


def ok(data: Any) -> Response:
    """Return the success envelope around `data`."""
    return answer(data=data)


def answer(**fields: Any) -> Response:
    """Return the success envelope with these fields beside its own; without any it says only that all went well."""
    return Response(wire.dumps(services().profile.answer(fields)), content_type=wire.JSON_TYPE)


def install(app: Flask) -> None:
    """Give `app` its log ids and its way of refusing."""
    app.before_request(_begin)
    app.after_request(_sign)
    app.register_error_handler(Refusal, _refuse)
    app.register_error_handler(PlainRefusal, _refuse_plainly)
    app.register_error_handler(404, _nothing_here)
    app.register_error_handler(405, _nothing_here)


def _begin() -> None:
    profile = services().profile
    g.logid = profile.new_logid()
    profile.admit()


def _sign(response: Response) -> Response:
    response.headers[services().profile.logid_header] = g.logid
    return response


def _refuse(refusal: Refusal) -> Response:
    reply = services().profile.refuse(refusal)
    services().journal.refused(request.path, reply.status, reply.code)
    return Response(reply.body, reply.status, content_type=reply.content_type)


def _refuse_plainly(refusal: PlainRefusal) -> Response:
    services().journal.refused(request.path, refusal.status, None)
    return Response(refusal.body, refusal.status, refusal.headers)


def _nothing_here(_: HTTPException) -> Response:
    return _refuse(services().profile.nowhere())
