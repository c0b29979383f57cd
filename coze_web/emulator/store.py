"""All that one emulator remembers."""

from __future__ import annotations

from dataclasses import dataclass, field

from coze_web.emulator.bots import Bots
from coze_web.emulator.conversations import Conversations
from coze_web.emulator.files import Files
from coze_web.emulator.oauth import Grants
from coze_web.emulator.on_demand import Repeats
from coze_web.emulator.runs import Runs


@dataclass
class Store:
    """One emulator's memory; a new one has the first bots, and nothing has happened yet."""

    bots: Bots = field(default_factory=Bots)
    conversations: Conversations = field(default_factory=Conversations)
    files: Files = field(default_factory=Files)
    grants: Grants = field(default_factory=Grants)
    runs: Runs = field(default_factory=Runs)
    repeats: Repeats = field(default_factory=Repeats)
