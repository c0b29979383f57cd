"""What the frames of one stream mean: which to pass on, and how it ended. Pure: frames in, frames or errors out."""

from __future__ import annotations

from coze_web.answers.base import Answer
from coze_web.answers.chat import ChatAnswer, ChatflowAnswer
from coze_web.answers.result import ResultAnswer
from coze_web.answers.run import RunAnswer

__all__ = ["Answer", "ChatAnswer", "ChatflowAnswer", "ResultAnswer", "RunAnswer"]
