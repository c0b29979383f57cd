"""`/api/v1/coze/workspaces`: where the owner's bots and workflows live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.inputs import PageQuery
from coze_web.openapi import Described
from coze_web.openapi.codes import ASKS_COZE
from coze_web.operator import operator_blueprint, show
from coze_web.reading import read_query
from coze_web.resources import Page, Workspace
from coze_web.services import services

if TYPE_CHECKING:
    from flask import Response

bp = operator_blueprint("workspaces")


@bp.get("")
@Described(query=PageQuery, gives=Page[Workspace], codes=ASKS_COZE)
def list_workspaces() -> Response:
    """List the workspaces that the token's owner belongs to."""
    wanted = read_query(PageQuery)
    return show(services().gateway.workspaces.list(wanted.page_num, wanted.page_size))
