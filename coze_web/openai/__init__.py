"""OpenAI's chat completions and Coze's chats: the one as the other. Pure.

Source: OpenAI API reference, "Chat Completions", "Models" and "Error codes", as the official clients read them.
"""

from __future__ import annotations

from coze_web.openai.answer import CompletionAnswer, Head
from coze_web.openai.faults import fault_of, may_be_repeated, status_of
from coze_web.openai.replies import Completion, Model, ModelList
from coze_web.openai.request import CompletionRequest, prompt_of

__all__ = [
    "Completion",
    "CompletionAnswer",
    "CompletionRequest",
    "Head",
    "Model",
    "ModelList",
    "fault_of",
    "may_be_repeated",
    "prompt_of",
    "status_of",
]
