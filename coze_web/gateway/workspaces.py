"""Workspaces. Source: Coze API reference, workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.gateway.pages import page_of
from coze_web.resources import Page, Workspace

if TYPE_CHECKING:
    from coze_web.gateway.sdk import Door


class Workspaces:
    """`/v1/workspaces`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def list(self, page_num: int, page_size: int) -> Page[Workspace]:
        """Return the workspaces that the token's owner belongs to."""
        coze = self._door.patient.workspaces
        return self._door.ask(
            lambda: page_of(Workspace, coze.list(page_num=page_num, page_size=page_size), counted=True)
        )
