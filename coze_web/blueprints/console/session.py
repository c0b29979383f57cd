"""Who is signed in to the console: a signed cookie that expires, and the token that every form carries.

Nothing is stored. The key is the operator's token, so another token signs everybody out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from itsdangerous import BadSignature, Signer, TimestampSigner

from coze_web.errors import RequestError
from coze_web.services import services

if TYPE_CHECKING:
    from flask import Response

LASTS = 12 * 60 * 60  # seconds
COOKIE = "coze_web_console"
# Before somebody signs in. Not signed: by a signature one could try out tokens at home, where nobody counts.
DOOR = "coze_web_console_door"
FIELD, HEADER = "form_token", "X-Form-Token"


def is_signed_in() -> bool:
    """Say whether this request comes from who is signed in."""
    return bool(_session())


def open_session(response: Response) -> None:
    """Sign in who gets this response."""
    value = _signer(TimestampSigner, "session").sign(secrets.token_urlsafe(16)).decode()
    _set(response, COOKIE, value)
    response.delete_cookie(DOOR, path=url_for(".overview"))


def close_session(response: Response) -> None:
    """Sign out who gets this response."""
    response.delete_cookie(COOKIE, path=url_for(".overview"))


def form_token() -> str:
    """Return what the forms of this session send along; no other site's page can know it."""
    session = _session()
    if not session:
        return ""
    signature: bytes = _signer(Signer, "form").get_signature(session)
    return signature.decode()


def check_form() -> None:
    """Let nothing pass but what a page of this session sends.

    Raises:
        RequestError: `form_expired`.

    """
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not _signer(Signer, "form").verify_signature(_session(), given):
        raise RequestError("form_expired")


def door_token() -> str:
    """Return what the form for signing in sends along."""
    return request.cookies.get(DOOR) or secrets.token_urlsafe(16)


def keep_door(response: Response, token: str) -> None:
    """Let the browser that gets this response keep the form's token."""
    _set(response, DOOR, token)


def check_door() -> None:
    """Let nothing pass but our own form for signing in: nobody is to be signed in by another site's page.

    Raises:
        RequestError: `form_expired`.

    """
    kept, given = request.cookies.get(DOOR, ""), request.form.get(FIELD, "")
    if not kept or not hmac.compare_digest(kept.encode(), given.encode()):
        raise RequestError("form_expired")


def _session() -> str:
    try:
        value: bytes = _signer(TimestampSigner, "session").unsign(request.cookies.get(COOKIE, ""), max_age=LASTS)
    except BadSignature:
        return ""
    return str(value, "utf-8")


def _signer(kind: type[Any], purpose: str) -> Any:
    token = services().settings.operator_token
    if token is None:
        raise RequestError("operator_off")
    salt = f"coze-web console {purpose}"
    return kind(token.get_secret_value(), salt, key_derivation="hmac", digest_method=hashlib.sha256)


def _set(response: Response, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=LASTS,
        path=url_for(".overview"),
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
