"""Which of the owner's workspaces a list is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from coze_web.services import services

if TYPE_CHECKING:
    from coze_web.resources import Workspace

MOST = 50


def chosen_workspace() -> tuple[list[Workspace], str]:
    """Return the first fifty workspaces, and the id that the query names, else the first one's, "" where none is."""
    found = services().gateway.workspaces.list(1, MOST).items
    return found, request.args.get("workspace_id", "") or next((each.id for each in found), "")
