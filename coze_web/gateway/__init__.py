"""The one door to Coze, a noun of its API in each file; the only importer of the SDK."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

with warnings.catch_warnings(record=True):
    # Authlib announces, past every filter, a deprecation that only cozepy can heed.
    import cozepy as _cozepy  # noqa: F401 - whoever imports it next finds it loaded

from coze_web.gateway.aio import async_coze
from coze_web.gateway.bots import Bots
from coze_web.gateway.chats import Chats
from coze_web.gateway.conversations import Conversations
from coze_web.gateway.sdk import Door
from coze_web.gateway.streams import EventStream
from coze_web.gateway.workflows import Workflows
from coze_web.gateway.workspaces import Workspaces

if TYPE_CHECKING:
    from coze_web.settings import Settings

__all__ = ["EventStream", "Gateway", "async_coze"]


class Gateway:
    """Coze as the owner sees it, over one pool of connections.

    Every call raises UpstreamError, or one of its kinds, where Coze refuses or is not reached.

    Raises:
        NotConfiguredError: neither a token nor a key is set.

    """

    def __init__(self, settings: Settings) -> None:
        door = Door(settings)
        self.bots = Bots(door)
        self.chats = Chats(door)
        self.conversations = Conversations(door)
        self.workflows = Workflows(door)
        self.workspaces = Workspaces(door)
