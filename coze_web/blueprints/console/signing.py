"""Signing in with the operator's token, and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Response, redirect, request, url_for

from coze_web.bearer import check_secret
from coze_web.blueprints.console.base import bp, page
from coze_web.blueprints.console.session import check_door, close_session, door_token, keep_door, open_session
from coze_web.errors import RequestError
from coze_web.services import services

if TYPE_CHECKING:
    from pydantic import SecretStr


@bp.get("/sign-in")
def sign_in() -> Response:
    """Show the form."""
    return _form()


@bp.post("/sign-in")
def enter() -> Response:
    """Open a session for who knows the token."""
    check_door()
    services().rates.sign_in()
    # The guard let nobody pass where none is set.
    token = cast("SecretStr", services().settings.operator_token)
    try:
        check_secret(request.form.get("token", ""), [token], "operator_token_wrong")
    except RequestError as error:
        return _form(error)
    response = cast("Response", redirect(url_for(".overview"), 303))
    open_session(response)
    return response


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the session in this browser."""
    response = cast("Response", redirect(url_for(".sign_in"), 303))
    close_session(response)
    return response


def _form(error: RequestError | None = None) -> Response:
    token = door_token()
    response = page("sign_in", error, door_token=token)
    keep_door(response, token)
    return response
