"""`/console`: the operator's pages; each module adds the pages of one noun to the one blueprint."""

from __future__ import annotations

from coze_web.blueprints.console import bots, conversations, overview, runs, signing, workflows
from coze_web.blueprints.console.base import bp

__all__ = ["bots", "bp", "conversations", "overview", "runs", "signing", "workflows"]
