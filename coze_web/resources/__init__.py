"""What the operator API shows of Coze: the SDK's models under names of one kind, every id a string. Pure."""

from __future__ import annotations

from coze_web.resources.answers import TokenCounts, WholeAnswer
from coze_web.resources.base import Page, Resource, Single
from coze_web.resources.bots import Bot, BotSummary, Workspace
from coze_web.resources.conversations import Conversation, Message, MessagePage, OneConversation, OneMessage, Section
from coze_web.resources.workflows import BlockingRun, NodeOutput, RunDetails, RunHistory, RunStatus, Workflow

__all__ = [
    "BlockingRun",
    "Bot",
    "BotSummary",
    "Conversation",
    "Message",
    "MessagePage",
    "NodeOutput",
    "OneConversation",
    "OneMessage",
    "Page",
    "Resource",
    "RunDetails",
    "RunHistory",
    "RunStatus",
    "Section",
    "Single",
    "TokenCounts",
    "WholeAnswer",
    "Workflow",
    "Workspace",
]
