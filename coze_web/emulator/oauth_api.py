"""`/api/permission/oauth2/token`: a signed JWT for a token that lasts a while."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from coze_web.emulator import wire
from coze_web.emulator.fields import optional, read_json
from coze_web.emulator.oauth import OAuthRefusal
from coze_web.emulator.services import services

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DEFAULT_SECONDS = 900
MOST_SECONDS = 86_399

bp = Blueprint("oauth", __name__, url_prefix="/api/permission/oauth2")


@bp.post("/token")
def token() -> Response:
    """Give a token to who can sign; without Coze's envelope, and with `expires_in` as a Unix time."""
    fields = read_json(request.get_data())
    # Unverified: the other grant types, which the emulator does not have, and how Coze refuses what it does not know.
    if fields.get("grant_type") != JWT_BEARER:
        raise OAuthRefusal("unsupported_grant_type", "invalid request: grant_type", 400)
    seconds = optional(fields, "duration_seconds", int, DEFAULT_SECONDS)
    if not 0 < seconds <= MOST_SECONDS:
        raise OAuthRefusal("invalid_request", "invalid request: duration_seconds", 400)
    now = services().clock.time()
    signed = request.headers.get("Authorization", "").removeprefix("Bearer").strip()
    claims = services().app.read(signed, request.host, now)
    grant = services().store.grants.give(claims, now, seconds)
    services().journal.note("issued", grant, duration_seconds=seconds)
    return _json({"access_token": grant.text, "expires_in": grant.expires_at, "token_type": "Bearer"}, 200)


@bp.errorhandler(OAuthRefusal)
def refuse(refusal: OAuthRefusal) -> Response:
    """Say no as the token endpoint does (coze-go reads these three fields)."""
    services().journal.refused(request.path, refusal.status, None)
    body = {"error_code": refusal.error, "error_message": refusal.message, "error": refusal.error}
    return _json(body, refusal.status)


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(wire.dumps(body), status, content_type=wire.JSON_TYPE)
