"""An answer of the bot that is given whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# As Coze gave them: some may be missing.
TokenCounts = dict[Literal["token_count", "output_count", "input_count"], int]


@dataclass(frozen=True, kw_only=True)
class WholeAnswer:
    """The answer's text, and the ids and counts that Coze gave with it."""

    content: str
    usage: TokenCounts | None
    logid: str
    chat_id: str
    conversation_id: str
    request_id: str
