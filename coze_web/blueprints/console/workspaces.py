"""A list of what is in one of the owner's workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from coze_web.blueprints.console.base import asked, page
from coze_web.errors import UpstreamError
from coze_web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from coze_web.inputs import BotsQuery, WorkflowsQuery
    from coze_web.resources import Page

MOST = 50


def list_page(
    name: str, kind: type[BotsQuery | WorkflowsQuery], ask: Callable[[str, int, int], Page[Any]], **values: object
) -> Response:
    """Return a page with a list of the workspace that the query names, else of the first of the first fifty.

    A token that may only chat gets no lists, and nobody does from a self-hosted Studio: then the page says so.

    Args:
        name: of the template.
        kind: what the query may say.
        ask: asks Coze for a workspace, a page and its size.
        values: what else the template needs.

    """
    workspaces, found, problem = [], None, None
    workspace_id = request.args.get("workspace_id", "")
    try:
        workspaces = services().gateway.workspaces.list(1, MOST).items
        workspace_id = workspace_id or next((each.id for each in workspaces), "")
        if workspace_id:
            wanted = asked(kind, workspace_id=workspace_id)
            found = ask(wanted.workspace_id, wanted.page_num, wanted.page_size)
    except UpstreamError as error:
        problem = error
    return page(name, problem, workspaces=workspaces, workspace_id=workspace_id, found=found, **values)
