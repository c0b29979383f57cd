"""The token's owner: `/v1/users/me` and `/v1/workspaces`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from coze_web.emulator.access import require_token
from coze_web.emulator.owner import USER, WORKSPACE
from coze_web.emulator.paging import read_page
from coze_web.emulator.replies import ok

bp = Blueprint("account", __name__, url_prefix="/v1")
bp.before_request(require_token)

MOST_WORKSPACES = 50


@bp.get("/users/me")
def me() -> Response:
    """Tell whose token it is."""
    return ok(USER)


@bp.get("/workspaces")
def workspaces() -> Response:
    """List the workspaces of a user in an organisation; in a personal account both have the same id."""
    page = read_page(request.args, size=20, most=MOST_WORKSPACES)
    asked_for = {request.args.get(name) or USER["user_id"] for name in ("user_id", "coze_account_id")}
    # Unverified: that a stranger's workspaces are an empty list, and that one of the two may be given alone.
    found = [WORKSPACE] if asked_for == {USER["user_id"]} else []
    return ok({"total_count": len(found), "workspaces": page.cut(found)})
